import { X } from "lucide-react";
import { type KeyboardEvent, type ReactElement, useEffect, useMemo, useRef, useState } from "react";
import { deleteSelection } from "../actions";
import { CommentCount } from "../comments/CommentCount";
import { kindOf } from "../document/edits";
import type { Doc } from "../document/types";
import {
  type Editor,
  select,
  useEditor,
  useMayEdit,
  useSession,
  useView,
} from "../editor";
import { badgeText, RiskBadge } from "../findings/Badge";
import { TextField } from "../inspector/fields";
import { TypeIcon } from "../palette/icons";
import { outlineRows, type OutlineRow } from "./rows";
import { t } from "../words/t";

const STEPS: Readonly<Record<string, number>> = {
  ArrowDown: 1,
  ArrowUp: -1,
  PageDown: 10,
  PageUp: -10,
  Home: -Infinity,
  End: Infinity,
};

/** What F2 writes on: a note has words instead of a name. */
const written = (doc: Doc, id: string): string =>
  (doc.component.get(id) ?? doc.zone.get(id) ?? doc.flow.get(id))?.name ??
  doc.note.get(id)?.text ??
  "";

function rename({ session }: Editor, id: string, name: string): void {
  const kind = kindOf(session.store.get().doc, id);
  const set = kind === "note" ? { text: name } : { name };
  if (kind) session.edit([{ kind, id, set }]);
}

/** Gives the nearest row that is left: a component takes its flows along. */
function remove(editor: Editor, rows: readonly OutlineRow[], id: string): string | undefined {
  const index = rows.findIndex((row) => row.id === id);
  select(editor, [id]);
  deleteSelection(editor);
  const left = editor.session.store.get().doc;
  const nearest = [...rows.slice(index + 1), ...rows.slice(0, index).toReversed()];
  return nearest.find((row) => kindOf(left, row.id) !== null)?.id;
}

/** Where one is among the rows: they are one stop of Tab, which the arrows move. */
function useWalk(rows: readonly OutlineRow[]) {
  const { view } = useEditor();
  const [at, setAt] = useState<string | null>(null);
  const place = useRef<HTMLDivElement>(null);
  const current = rows.find((row) => row.id === at) ?? rows[0];
  const goTo = (id: string): void => {
    setAt(id);
    const lines = place.current?.querySelectorAll<HTMLElement>("[data-row]") ?? [];
    [...lines].find((line) => line.dataset.row === id)?.focus();
  };
  // Whoever opens it goes on in it, at what is selected.
  useEffect(() => {
    const [first] = view.get().selection;
    const row = rows.find((one) => one.id === first) ?? rows[0];
    if (row) goTo(row.id);
  }, []);
  const walk = (by: number): void => {
    const index = rows.findIndex((row) => row.id === current?.id);
    const next = rows[Math.min(Math.max(index + by, 0), rows.length - 1)];
    if (next) goTo(next.id);
  };
  return { place, current, goTo, walk };
}

/**
 * The same system as a tree: zones, what stands in them, the flows that leave each component,
 * and the notes.
 *
 * A complete editor by keyboard: arrows walk, Enter selects, Space adds to the selection, then C
 * connects and the inspector does the rest; F2 renames, Delete removes.
 */
export function Outline(): ReactElement {
  const editor = useEditor();
  const doc = useSession((state) => state.doc);
  const selection = useView((view) => view.selection);
  const mayEdit = useMayEdit();
  const rows = useMemo(() => outlineRows(doc, editor.catalog), [doc, editor.catalog]);
  const [renaming, setRenaming] = useState<string | null>(null);
  const { place, current, goTo, walk } = useWalk(rows);

  const pressed = (event: KeyboardEvent): void => {
    if (!current) return;
    if (renaming !== null) {
      // Once the field has written its text and gone, the row has the focus again.
      if (event.key === "Enter" || event.key === "Escape") {
        setRenaming(null);
        goTo(renaming);
      }
      return;
    }
    const step = STEPS[event.key];
    if (step !== undefined) walk(step);
    else if (event.key === "Enter") select(editor, [current.id], true);
    else if (event.key === " ") select(editor, withOrWithout(selection, current.id), true);
    else if (event.key === "F2" && mayEdit) setRenaming(current.id);
    else if (event.key === "Delete" && mayEdit) {
      const next = remove(editor, rows, current.id);
      if (next !== undefined) goTo(next);
    } else return;
    event.preventDefault();
    event.stopPropagation();
  };

  return (
    <section className="outline" aria-label={t("Outline")}>
      <Head />
      <div
        className="outline-rows"
        role="treegrid"
        aria-label={t("Elements")}
        aria-multiselectable="true"
        ref={place}
        onKeyDown={pressed}
      >
        <div className="outline-row outline-names" role="row">
          {[t("Name"), t("Kind"), t("Where"), t("Risk"), t("Comments")].map((name) => (
            <span key={name} role="columnheader">
              {name}
            </span>
          ))}
        </div>
        {rows.map((row) => (
          <OutlineLine
            key={row.id}
            row={row}
            selected={selection.has(row.id)}
            focusable={row.id === current?.id}
            renaming={renaming === row.id ? written(doc, row.id) : null}
            onSelect={(more) => {
              goTo(row.id);
              select(editor, more ? withOrWithout(selection, row.id) : [row.id], true);
            }}
            onRename={(name) => rename(editor, row.id, name)}
            onRenamed={() => setRenaming(null)}
          />
        ))}
      </div>
    </section>
  );
}

function Head(): ReactElement {
  const { view } = useEditor();
  return (
    <div className="outline-head">
      <h2>{t("Outline")}</h2>
      <span className="muted">
        {t("Arrows walk, Enter selects, Space adds, C connects, F2 renames, Delete removes")}
      </span>
      <button
        type="button"
        className="icon-button"
        aria-label={t("Close the outline")}
        onClick={() => view.set({ outline: false })}
      >
        <X size={16} />
      </button>
    </div>
  );
}

function withOrWithout(selection: ReadonlySet<string>, id: string): Set<string> {
  const next = new Set(selection);
  if (!next.delete(id)) next.add(id);
  return next;
}

interface OutlineLineProps {
  row: OutlineRow;
  selected: boolean;
  focusable: boolean;
  renaming: string | null;
  onSelect: (more: boolean) => void;
  onRename: (name: string) => void;
  onRenamed: () => void;
}

function OutlineLine({
  row,
  selected,
  focusable,
  renaming,
  onSelect,
  onRename,
  onRenamed,
}: OutlineLineProps): ReactElement {
  const badge = useSession((state) => state.badges.get(row.id));
  return (
    <div
      className={selected ? "outline-row on" : "outline-row"}
      role="row"
      data-row={row.id}
      aria-level={row.depth + 1}
      aria-selected={selected}
      tabIndex={focusable ? 0 : -1}
      onClick={(event) => onSelect(event.shiftKey || event.ctrlKey || event.metaKey)}
    >
      <span
        role="gridcell"
        className="outline-name"
        style={{ paddingInlineStart: 12 + row.depth * 18 }}
      >
        <TypeIcon type={row.icon} size={16} />
        {renaming === null ? (
          row.name
        ) : (
          <span onBlur={onRenamed} ref={(span) => span?.querySelector("input")?.focus()}>
            <TextField label={t("Name")} value={renaming} onCommit={onRename} />
          </span>
        )}
      </span>
      <span role="gridcell">{row.kind}</span>
      <span role="gridcell">{row.where}</span>
      <span role="gridcell">
        {badge && (
          <>
            <span aria-hidden="true">
              <RiskBadge badge={badge} />
            </span>
            <span className="visually-hidden">{badgeText(badge)}</span>
          </>
        )}
      </span>
      <span role="gridcell">
        <CommentCount id={row.id} />
      </span>
    </div>
  );
}
