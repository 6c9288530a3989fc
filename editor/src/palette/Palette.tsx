import { ClipboardPaste, Search } from "lucide-react";
import {
  type DragEvent,
  type KeyboardEvent,
  type ReactElement,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
} from "react";
import { middleOfStage } from "../actions";
import type { Catalog, ComponentType } from "../document/catalog";
import { addComponent, addZone, type Edit, freePlace } from "../document/edits";
import { guessType } from "../document/guess";
import type { Doc } from "../document/types";
import { type Editor, select, useEditor, useMayEdit, useView } from "../editor";
import { DRAGGED } from "./drag";
import { TypeIcon } from "./icons";
import { t } from "../words/t";

interface Item {
  drag: string;
  name: string;
  description: string;
  own?: boolean;
  /** Of which type it will be, where its name does not say so. */
  type?: string;
  icon: ReactElement;
  add: (doc: Doc, catalog: Catalog, x: number, y: number) => Edit;
}

interface Group {
  name: string;
  items: Item[];
  /** Whether it waits to be opened while nothing is sought. */
  folded?: boolean;
}

function componentItem(type: ComponentType): Item {
  return {
    drag: `component:${type.id}`,
    name: type.name,
    description: type.description,
    own: type.own,
    icon: <TypeIcon type={type.id} icon={type.icon} />,
    add: (doc, catalog, x, y) => addComponent(doc, catalog, type.id, x, y),
  };
}

/** What nothing is called becomes a component of that name, of the type that it sounds like. */
function typedItem(catalog: Catalog, name: string): Item {
  const type = guessType(catalog, name);
  return {
    drag: `component:${type}`,
    name,
    description: t("A component of this name; its type can be changed beside the drawing."),
    type: catalog.typeName(type),
    icon: <TypeIcon type={type} icon={catalog.types.get(type)?.icon} />,
    add: (doc, known, x, y) => addComponent(doc, known, type, x, y, name),
  };
}

/** Zones first, since a drawing starts with its rooms; then the stages of the lifecycle. */
function groups(catalog: Catalog): Group[] {
  const zones = catalog.data.zone_kinds.map((kind): Item => ({
    drag: `zone:${kind.id}`,
    name: kind.name,
    description: kind.description,
    icon: <TypeIcon type="zone" />,
    add: (doc, known, x, y) => addZone(doc, known, kind.id, x, y),
  }));
  const types = catalog.data.component_types.toSorted((one, other) =>
    one.name.localeCompare(other.name),
  );
  const stages = catalog.data.stages.map(({ id, name }): Group => ({
    name,
    items: types.filter((type) => type.stage === id).map(componentItem),
  }));
  const known = new Set(catalog.data.stages.map((stage) => stage.id));
  const rest = types.filter((type) => !known.has(type.stage));
  return [
    { name: t("Zones"), items: zones, folded: true },
    ...stages,
    { name: t("Other"), items: rest.map(componentItem) },
  ].filter((group) => group.items.length > 0);
}

/** How well a name answers a search: as it stands, at its beginning, within it, or elsewhere. */
function distance({ name, drag, description }: Item, search: string): number | null {
  const said = name.toLowerCase();
  if (said === search) return 0;
  if (said.startsWith(search)) return 1;
  const words = search.split(/\s+/);
  if (words.every((word) => said.includes(word))) return 2;
  const text = `${said} ${drag} ${description.toLowerCase()}`;
  return words.every((word) => text.includes(word)) ? 3 : null;
}

/** All that a name may hold; the server's bound. */
const LONGEST_NAME = 200;
/** Beyond it only the description says what was typed. */
const NAMED = 2;

/** What answers a search, the best first: Enter takes it. */
function matching(all: Group[], typed: string, catalog: Catalog): Group[] {
  const search = typed.trim().toLowerCase();
  if (search === "") return all;
  const found = all.flatMap(({ name, items }) => {
    const near = items.flatMap((item) => {
      const far = distance(item, search);
      return far === null ? [] : [{ item, far }];
    });
    near.sort((one, other) => one.far - other.far);
    return near[0] ? [{ name, far: near[0].far, items: near.map(({ item }) => item) }] : [];
  });
  const sorted: Group[] = found.toSorted((one, other) => one.far - other.far);
  if (found.some(({ far }) => far <= NAMED)) return sorted;
  const asTyped = typedItem(catalog, typed.trim().slice(0, LONGEST_NAME));
  return [{ name: t("As you say"), items: [asTyped] }, ...sorted];
}

function addAt(editor: Editor, item: Item, x: number, y: number): void {
  const { doc } = editor.session.store.get();
  const edit = item.add(doc, editor.catalog, ...freePlace(doc, x, y));
  if (editor.session.edit(edit.changes)) select(editor, [edit.id]);
}

/** From the search, or from one item, to the next by the arrow keys: the list is one stop of Tab. */
function walk(event: KeyboardEvent<HTMLElement>): void {
  const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (by === undefined) return;
  const items = [...event.currentTarget.querySelectorAll<HTMLElement>("details[open] button")];
  const at = items.findIndex((item) => item === document.activeElement);
  const next = at + by < 0 ? document.getElementById("palette-search") : items[at + by];
  if (!next || (at < 0 && by < 0)) return;
  event.preventDefault();
  event.stopPropagation();
  next.focus();
}

export function Palette(): ReactElement {
  const editor = useEditor();
  const mayEdit = useMayEdit();
  const [search, setSearch] = useState("");
  const [at, setAt] = useState("");
  const all = useMemo(() => groups(editor.catalog), [editor.catalog]);
  const shown = matching(all, search, editor.catalog);

  const addAtCentre = (item: Item): void => {
    const middle = middleOfStage(editor);
    if (middle) addAt(editor, item, middle.x, middle.y);
  };
  const first = shown[0]?.items[0];
  const open = shown.flatMap(({ folded, items }) => (folded ? [] : items));
  const stop = (open.find((item) => item.drag === at) ?? open[0])?.drag;

  return (
    <aside className="palette" aria-label={t("Palette")} onKeyDown={walk}>
      <SearchField
        search={search}
        onSearch={setSearch}
        onTake={first && mayEdit ? () => addAtCentre(first) : null}
      />
      <div className="palette-list">
        {shown.map((group) => (
          <details key={`${group.name} ${search === ""}`} open={!group.folded}>
            <summary>{group.name}</summary>
            {group.items.map((item) => (
              <PaletteItem
                key={item.drag}
                item={item}
                stop={item.drag === stop}
                onStop={() => setAt(item.drag)}
                next={search !== "" && item === first}
                disabled={!mayEdit}
                onAdd={() => addAtCentre(item)}
              />
            ))}
          </details>
        ))}
      </div>
      <button
        type="button"
        className="button palette-quick"
        disabled={!mayEdit}
        onClick={() => editor.view.set({ dialog: "quick-start" })}
      >
        <ClipboardPaste size={14} aria-hidden="true" />
        {t("Quick start from text")}
      </button>
    </aside>
  );
}

interface SearchFieldProps {
  search: string;
  onSearch: (search: string) => void;
  /** What Enter does; null where nothing answers the search. */
  onTake: (() => void) | null;
}

function SearchField({ search, onSearch, onTake }: SearchFieldProps): ReactElement {
  const { view } = useEditor();
  const field = useRef<HTMLInputElement>(null);
  const sought = useView((now) => now.seek);
  useLayoutEffect(() => {
    if (!sought) return;
    field.current?.focus();
    view.set({ seek: false });
  }, [view, sought]);
  const pressed = (event: KeyboardEvent<HTMLInputElement>): void => {
    if (event.key === "Escape") event.currentTarget.blur();
    if (event.key !== "Enter" || !onTake) return;
    onTake();
    // What is typed next takes its place; Enter alone adds another one.
    event.currentTarget.select();
  };
  return (
    <label className="search">
      <Search size={14} aria-hidden="true" />
      <input
        ref={field}
        id="palette-search"
        type="search"
        placeholder={t("Add a component")}
        value={search}
        aria-label={t("Search component types and zones")}
        autoComplete="off"
        onChange={(event) => onSearch(event.target.value)}
        onKeyDown={pressed}
      />
      <kbd>/</kbd>
    </label>
  );
}

interface PaletteItemProps {
  item: Item;
  /** Whether Enter in the search takes it. */
  next: boolean;
  /** Whether Tab stops at it; the arrows reach all. */
  stop: boolean;
  onStop: () => void;
  disabled: boolean;
  onAdd: () => void;
}

function PaletteItem({
  item,
  next,
  stop,
  onStop,
  disabled,
  onAdd,
}: PaletteItemProps): ReactElement {
  const drag = (event: DragEvent): void => {
    event.dataTransfer.setData(DRAGGED, item.drag);
    event.dataTransfer.effectAllowed = "copy";
  };
  return (
    <button
      type="button"
      className={next ? "palette-item palette-next" : "palette-item"}
      draggable={!disabled}
      disabled={disabled}
      title={item.description}
      tabIndex={stop ? 0 : -1}
      onFocus={onStop}
      onDragStart={drag}
      onClick={onAdd}
    >
      {item.icon}
      <span>{item.name}</span>
      {item.type && <small className="muted">{item.type}</small>}
      {item.own && (
        <small className="chip" title={t("Added by your workspace")}>
          {t("own")}
        </small>
      )}
    </button>
  );
}
