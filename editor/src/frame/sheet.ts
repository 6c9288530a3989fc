import { useEffect } from "react";
import { type Editor, select, useEditor, useView } from "../editor";
import { isNarrow } from "../narrow";

const ELEMENT = ".react-flow__node, .react-flow__edge";

/** Where the inspector is a sheet, a tap on an element opens it and one beside them closes it. */
export function useSheet(): void {
  const editor = useEditor();
  const open = useView((view) => view.panels);
  useEffect(() => {
    const { selection } = editor.view.get();
    // The sheet takes half of the drawing's room, perhaps the half where the chosen one is.
    if (open && isNarrow() && selection.size === 1) select(editor, selection, true);
  }, [editor, open]);
  useEffect(() => {
    const tapped = ({ target }: MouseEvent): void => {
      if (target instanceof Element && isNarrow()) tap(editor, target);
    };
    document.addEventListener("click", tapped);
    return () => document.removeEventListener("click", tapped);
  }, [editor]);
}

function tap(editor: Editor, target: Element): void {
  const { selection, task } = editor.view.get();
  if (task !== "none" || editor.session.store.get().workshop !== null) return;
  if (target.matches(".react-flow__pane")) editor.view.set({ panels: false });
  if (target.closest(ELEMENT) && selection.size === 1) editor.view.set({ panels: true });
}
