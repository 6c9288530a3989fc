import type { ReactFlowInstance } from "@xyflow/react";
import { createContext, useContext, useEffect } from "react";
import { type Bootstrap, mayDraw } from "./bootstrap";
import type { CanvasNode, FlowEdgeType } from "./canvas/nodes";
import type { Lens } from "./canvas/lens";
import type { Catalog } from "./document/catalog";
import { kindOf } from "./document/edits";
import type { Grouping } from "./findings/groups";
import { isNarrow } from "./narrow";
import type { ShownWay } from "./paths/ways";
import type { Api } from "./sync/api";
import type { Session } from "./sync/session";
import type { State } from "./sync/state";
import { Store, useStore } from "./sync/store";

export type Panel = "facts" | "findings" | "comments";
/** What takes the place of the inspector for a while. */
export type Task = "none" | "paths" | "questions";

/** What one person is looking at: never sent, except the selection as presence. */
export interface View {
  selection: ReadonlySet<string>;
  panel: Panel;
  /** How the list of findings is grouped. */
  grouping: Grouping;
  task: Task;
  outline: boolean;
  /** Palette and inspector; without them the drawing has the whole window. */
  panels: boolean;
  dialog: "none" | "quick-start" | "shortcuts";
  /** The step of the tour that is shown; null without one. */
  tour: number | null;
  /** Asks the palette's search to take the focus, as soon as it is there. */
  seek: boolean;
  /** What a quick start begins with: text that was pasted onto the canvas. */
  draft: string;
  /** The clip that was pasted last, and how often. */
  pasted: { text: string; times: number } | null;
  /** Whether what is dragged settles on the lines of its neighbours. */
  snapping: boolean;
  /** Whether everything is filled by its residual risk. */
  heat: boolean;
  /** Shows what a threat, a tactic or an asset concerns, and dims the rest. */
  lens: Lens | null;
  /** What a task looks at: it alone is lit, whatever the lens says. */
  spot: ReadonlySet<string> | null;
  /** The attack path that is drawn, and the step that one stands at. */
  way: ShownWay | null;
  /** The canvas while there is one, for what keys and buttons do to the view. */
  stage: ReactFlowInstance<CanvasNode, FlowEdgeType> | null;
  /** Asks the canvas to bring an element into sight; `n` tells two requests apart. */
  reveal: { id: string; n: number } | null;
}

export const FIRST_VIEW: View = {
  selection: new Set(),
  panel: "facts",
  grouping: "cause",
  task: "none",
  outline: false,
  // Where they would leave the drawing no room, they wait until they are asked for.
  panels: !isNarrow(),
  dialog: "none",
  tour: null,
  seek: false,
  draft: "",
  pasted: null,
  snapping: true,
  heat: false,
  lens: null,
  spot: null,
  way: null,
  stage: null,
  reveal: null,
};

/** Everything that the parts of one open editor share. */
export interface Editor {
  boot: Bootstrap;
  session: Session;
  catalog: Catalog;
  api: Api;
  view: Store<View>;
}

const EditorContext = createContext<Editor | null>(null);
export const EditorProvider = EditorContext.Provider;

export function useEditor(): Editor {
  const editor = useContext(EditorContext);
  if (!editor) throw new Error("This part of the editor stands outside its provider.");
  return editor;
}

export function useSession<S>(select: (state: State) => S): S {
  return useStore(useEditor().session.store, select);
}

export function useView<S>(select: (view: View) => S): S {
  return useStore(useEditor().view, select);
}

/** Whether one may edit now: the role allows it and the document has arrived. */
export function useMayEdit(): boolean {
  return useSession((state) => mayDraw(state.role) && state.loaded);
}

/** Select elements, tell the others, and put the first into the address so it can be shared. */
export function select(editor: Editor, ids: Iterable<string>, reveal = false): void {
  const selection = new Set(ids);
  const [first] = selection;
  const n = (editor.view.get().reveal?.n ?? 0) + 1;
  editor.view.set({
    selection,
    ...(reveal && first !== undefined ? { reveal: { id: first, n } } : {}),
  });
  editor.session.presence.update({ selection: [...selection] });
  const address = first === undefined ? window.location.pathname : `#${first}`;
  window.history.replaceState(null, "", address);
}

/** What was removed, by whomever or by an undo, is selected no longer. */
export function useLivingSelection(): void {
  const editor = useEditor();
  const doc = useSession((state) => state.doc);
  const loaded = useSession((state) => state.loaded);
  useEffect(() => {
    const { selection } = editor.view.get();
    const living = [...selection].filter((id) => kindOf(doc, id) !== null);
    if (loaded && living.length < selection.size) select(editor, living);
  }, [doc, editor, loaded]);
}
