import { ArrowRight, Copy, Trash2 } from "lucide-react";
import type { ReactElement, ReactNode } from "react";
import { deleteSelection, duplicateSelection } from "../actions";
import type { Doc, Values } from "../document/types";
import { useEditor, useMayEdit, useSession } from "../editor";
import { t } from "../words/t";

export function Row({ name, children }: { name: string; children: ReactNode }): ReactElement {
  return (
    <div className="row">
      <span className="row-name">{name}</span>
      {children}
    </div>
  );
}

export function Section({ name, children }: { name: string; children: ReactNode }): ReactElement {
  return (
    <section className="facts-part">
      <h3>{name}</h3>
      {children}
    </section>
  );
}

/** Set values of one element as one edit. */
export function useSetter(kind: "component" | "flow" | "zone" | "note", id: string) {
  const { session } = useEditor();
  return (set: Values): void => void session.edit([{ kind, id, set }]);
}

/** Every zone as a choice. First comes none: unknown for a component, the outside for a zone. */
export function placeChoices(
  doc: Doc,
  none = t("Unknown"),
  except: ReadonlySet<string> = new Set(),
) {
  const zones = [...doc.zone.values()].filter((zone) => !except.has(zone.id));
  return [
    { value: "", name: none },
    ...zones.map((zone) => ({ value: zone.id, name: zone.name || t("Unnamed zone") })),
  ];
}

export function Actions({ copyable = true }: { copyable?: boolean }): ReactElement | null {
  const editor = useEditor();
  if (!useMayEdit()) return null;
  return (
    <div className="element-actions">
      {copyable && (
        <button type="button" className="button" onClick={() => duplicateSelection(editor)}>
          <Copy size={14} aria-hidden="true" />
          {t("Duplicate")}
        </button>
      )}
      <button
        type="button"
        className="button button-danger"
        onClick={() => deleteSelection(editor)}
      >
        <Trash2 size={14} aria-hidden="true" />
        {t("Remove")}
      </button>
    </div>
  );
}

/** From where to where content moves, by name. */
export function Ends({ source, target }: { source: string; target: string }): ReactElement {
  const from = useSession((state) => state.doc.component.get(source)?.name ?? source);
  const to = useSession((state) => state.doc.component.get(target)?.name ?? target);
  return (
    <p className="ends">
      <span>{from}</span>
      <ArrowRight size={14} aria-label={t("to")} />
      <span>{to}</span>
    </p>
  );
}
