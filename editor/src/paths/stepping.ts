import type { Editor } from "../editor";
import { anchorOf, elementsOf, type ShownWay, type Way } from "./ways";
import { glide } from "../motion";

/** Draw a way, and bring all of it into sight. */
export function showWay(editor: Editor, way: Way, passed: readonly string[]): void {
  show(editor, { way, passed, step: 0 });
  const nodes = [...elementsOf(way)].map((id) => ({ id }));
  // Once the panel has taken its room from the drawing.
  window.requestAnimationFrame(() => {
    void editor.view.get().stage?.fitView({ nodes, padding: 0.15, maxZoom: 1, duration: glide(120) });
  });
}

/** The same way as another revision tells it: one stands where one stood. */
export function renewWay({ view }: Editor, way: Way, passed: readonly string[]): void {
  const { way: shown } = view.get();
  if (shown) view.set({ way: { way, passed, step: shown.step }, spot: elementsOf(way) });
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
