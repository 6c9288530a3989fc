import { type Clip, copy, isEmpty, paste } from "./document/clipboard";
import { removeAll } from "./document/edits";
import { type Editor, select } from "./editor";

/** What a person can do to the selection, from a key, a button or a menu alike. */

const CLIP_KEY = "bartizan/clipboard";

function remember(clip: Clip): void {
  try {
    window.sessionStorage.setItem(CLIP_KEY, JSON.stringify(clip));
  } catch {
    // Without storage there is nothing to paste later; copying itself has no other effect.
  }
}

function recall(): Clip | null {
  try {
    return JSON.parse(window.sessionStorage.getItem(CLIP_KEY) ?? "null") as Clip | null;
  } catch {
    return null;
  }
}

export function copySelection(editor: Editor): boolean {
  const clip = copy(editor.session.store.get().doc, editor.view.get().selection);
  if (isEmpty(clip)) return false;
  remember(clip);
  return true;
}

function put(editor: Editor, clip: Clip): void {
  const pasted = paste(editor.session.store.get().doc, clip);
  if (editor.session.edit(pasted.changes)) select(editor, pasted.ids);
}

/** Paste again lands further to the side, not on the copy before. */
export function pasteClip(editor: Editor): boolean {
  const clip = recall();
  if (!clip || isEmpty(clip)) return false;
  put(editor, clip);
  copySelection(editor);
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
