import type { Editor } from "../editor";
import { anchorOf, elementsOf, type ShownWay, type Way } from "./ways";

/** Draw a way, beginning with the first step that has a place on the drawing. */
export function showWay(editor: Editor, way: Way, passed: readonly string[], step = 0): void {
  show(editor, { way, passed, step: Math.min(step, way.steps.length - 1) });
}

export function hideWay({ view }: Editor): void {
  view.set({ way: null, spot: null });
}

/** Forward or back; gives false where no way is shown or it ends there. */
export function stepBy(editor: Editor, by: 1 | -1): boolean {
  const { way: shown } = editor.view.get();
  return shown !== null && goTo(editor, shown.step + by);
}

export function goTo(editor: Editor, step: number): boolean {
  const { way: shown } = editor.view.get();
  if (!shown || step < 0 || step >= shown.way.steps.length) return false;
  show(editor, { ...shown, step });
  return true;
}

function show({ view }: Editor, shown: ShownWay): void {
  const step = shown.way.steps[shown.step];
  const id = step ? anchorOf(step) : null;
  const n = (view.get().reveal?.n ?? 0) + 1;
  view.set({
    way: shown,
    spot: elementsOf(shown.way),
    ...(id === null ? {} : { reveal: { id, n } }),
  });
}
