import { CLIP, type Clip, clipText, copy, isEmpty, paste, readClip } from "./document/clipboard";
import { removeAll } from "./document/edits";
import { align, type Axis, distribute, type Edge } from "./document/arrange";
import { boxAround, boxOf, extent } from "./document/boxes";
import { addNote } from "./document/notes";
import type { Box, Change, Doc } from "./document/types";
import { type Editor, select } from "./editor";
import { glide } from "./motion";

/** What a person can do to the selection, from a key, a button or the browser's menu alike. */

/** How far a copy lands from the original; each further paste as far from the one before. */
const ASIDE = 24;

/** Gives whether there was something to copy. */
export function copySelection(editor: Editor, clipboard: DataTransfer): boolean {
  const clip = copy(editor.session.store.get().doc, editor.view.get().selection);
  if (isEmpty(clip)) return false;
  clipboard.setData(CLIP, JSON.stringify(clip));
  clipboard.setData("text/plain", clipText(clip));
  return true;
}

function put(editor: Editor, clip: Clip, by = ASIDE): void {
  const pasted = paste(editor.session.store.get().doc, clip, by);
  if (editor.session.edit(pasted.changes)) select(editor, pasted.ids);
}

/** Elements become elements; any other text becomes the draft of a quick start. */
export function pasteInto(editor: Editor, clipboard: DataTransfer): boolean {
  if (!editor.session.mayEdit) return false;
  const text = clipboard.getData(CLIP);
  const clip = readClip(text);
  if (clip && !isEmpty(clip)) {
    const { pasted } = editor.view.get();
    const times = pasted?.text === text ? pasted.times + 1 : 1;
    editor.view.set({ pasted: { text, times } });
    put(editor, clip, ASIDE * times);
    return true;
  }
  const draft = clipboard.getData("text/plain").trim();
  if (draft === "") return false;
  editor.view.set({ dialog: "quick-start", draft });
  return true;
}

export function duplicateSelection(editor: Editor): void {
  const clip = copy(editor.session.store.get().doc, editor.view.get().selection);
  if (!isEmpty(clip)) put(editor, clip);
}

export function deleteSelection(editor: Editor): void {
  const { doc } = editor.session.store.get();
  if (editor.session.edit(removeAll(doc, editor.view.get().selection))) select(editor, []);
}

export function selectAll(editor: Editor): void {
  const { doc } = editor.session.store.get();
  const { zone, component, flow, note } = doc;
  select(editor, [...zone.keys(), ...component.keys(), ...flow.keys(), ...note.keys()]);
}

/** Gives whether anything was to be moved. */
function arrange(
  { session, view }: Editor,
  changes: (doc: Doc, ids: ReadonlySet<string>) => Change[],
): boolean {
  return session.edit(changes(session.store.get().doc, view.get().selection));
}

export function alignSelection(editor: Editor, edge: Edge): boolean {
  return arrange(editor, (doc, ids) => align(doc, ids, edge));
}

export function distributeSelection(editor: Editor, axis: Axis): boolean {
  return arrange(editor, (doc, ids) => distribute(doc, ids, axis));
}

/** The middle of what one sees, on the sheet. */
export function middleOfStage({ view }: Editor): { x: number; y: number } | null {
  const place = document.querySelector(".stage")?.getBoundingClientRect();
  const { stage } = view.get();
  if (!place || !stage) return null;
  return stage.screenToFlowPosition({
    x: place.left + place.width / 2,
    y: place.top + place.height / 2,
  });
}

export function addNoteHere(editor: Editor): boolean {
  const middle = middleOfStage(editor);
  if (!middle) return false;
  const edit = addNote(middle.x, middle.y);
  if (!editor.session.edit(edit.changes)) return false;
  select(editor, [edit.id]);
  return true;
}

function show({ view }: Editor, box: Box | null, ms = glide(120)): boolean {
  const { stage } = view.get();
  if (!stage || !box) return false;
  const [x, y, width, height] = box;
  void stage.fitBounds({ x, y, width, height }, { padding: 0.08, duration: ms });
  return true;
}

export function showAll(editor: Editor, ms?: number): boolean {
  return show(editor, extent(editor.session.store.get().doc), ms);
}

/** The selected elements; of a flow its two ends. */
export function showSelection(editor: Editor): boolean {
  const { doc } = editor.session.store.get();
  const ids = [...editor.view.get().selection].flatMap((id) => {
    const flow = doc.flow.get(id);
    return flow ? [flow.source, flow.target] : [id];
  });
  const boxes = ids.map((id) => boxOf(doc, id)).filter((box) => box !== null);
  return show(editor, boxAround(boxes));
}

/** To the first grip of the selected flow, from where the arrow keys push it aside. */
export function gripSelectedFlow(editor: Editor): boolean {
  const [id, ...more] = editor.view.get().selection;
  if (id === undefined || more.length > 0) return false;
  const grip = document.querySelector<HTMLElement>(`.grip[data-flow="${CSS.escape(id)}"]`);
  grip?.focus();
  return grip !== null;
}
