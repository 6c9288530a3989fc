import { CLIP, type Clip, clipText, copy, isEmpty, paste, readClip } from "./document/clipboard";
import { removeAll } from "./document/edits";
import { type Editor, select } from "./editor";

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
  select(editor, [...doc.zone.keys(), ...doc.component.keys(), ...doc.flow.keys()]);
}
