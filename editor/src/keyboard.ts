import { useEffect, useLayoutEffect } from "react";
import { flushSync } from "react-dom";
import {
  copySelection,
  deleteSelection,
  duplicateSelection,
  pasteInto,
  selectAll,
} from "./actions";
import { DRAWING_SHORTCUTS } from "./canvas/shortcuts";
import { TASK_SHORTCUTS } from "./frame/tasks";
import { type Editor, select, useEditor } from "./editor";
import { command, key, plain, type Shortcut } from "./keys";
import { usePrint } from "./print";
import { goAround, skip } from "./regions";
import { t } from "./words/t";

const GENERAL: readonly Shortcut[] = [
  {
    keys: "Ctrl Z",
    does: t("Undo your last edit"),
    matches: (event) => command(event) && !event.shiftKey && key(event, "z"),
    run: (editor) => editor.session.undo(),
  },
  {
    keys: "Ctrl Shift Z",
    does: t("Redo"),
    matches: (event) => command(event) && (event.shiftKey ? key(event, "z") : key(event, "y")),
    run: (editor) => editor.session.redo(),
  },
  {
    keys: "Ctrl D",
    does: t("Duplicate the selection"),
    matches: (event) => command(event) && key(event, "d"),
    run: duplicateSelection,
  },
  {
    keys: "Ctrl A",
    does: t("Select everything"),
    matches: (event) => command(event) && key(event, "a"),
    run: selectAll,
  },
  {
    keys: "Delete",
    does: t("Remove the selection"),
    matches: (event) => plain(event) && (event.key === "Delete" || event.key === "Backspace"),
    run: deleteSelection,
  },
  {
    keys: "Esc",
    does: t("Close, or select nothing"),
    matches: (event) => event.key === "Escape",
    run: escape,
  },
  {
    keys: "F6",
    does: t("Go to the next part of the window"),
    whileTyping: true,
    matches: (event) => plain(event) && event.key === "F6" && !event.shiftKey,
    run: () => goAround(1),
  },
  {
    keys: "Shift F6",
    does: t("Go to the part before"),
    whileTyping: true,
    matches: (event) => plain(event) && event.key === "F6" && event.shiftKey,
    run: () => goAround(-1),
  },
  {
    keys: "/",
    does: t("Search the palette"),
    matches: (event) => plain(event) && event.key === "/",
    run: searchPalette,
  },
  {
    keys: "C",
    does: t("Connect the selected component"),
    matches: (event) => plain(event) && key(event, "c"),
    run: goToConnect,
  },
  {
    keys: "O",
    does: t("Show or hide the outline"),
    matches: (event) => plain(event) && key(event, "o"),
    run: (editor) => editor.view.set({ outline: !editor.view.get().outline }),
  },
  {
    keys: "\\",
    does: t("Show or hide the panels"),
    matches: (event) => plain(event) && event.key === "\\",
    run: (editor) => editor.view.set({ panels: !editor.view.get().panels }),
  },
  {
    keys: "?",
    does: t("Show these shortcuts"),
    matches: (event) => plain(event) && event.key === "?",
    run: (editor) => editor.view.set({ dialog: "shortcuts" }),
  },
];

export const SHORTCUTS: readonly Shortcut[] = [...GENERAL, ...TASK_SHORTCUTS, ...DRAWING_SHORTCUTS];

/** Keys that the browser or the canvas turns into something else; listed for people, not bound. */
export const CANVAS_KEYS: readonly { keys: string; does: string }[] = [
  { keys: "Ctrl C", does: t("Copy the selection") },
  { keys: "Ctrl V", does: t("Paste; a pasted list becomes components") },
  { keys: "Tab", does: t("Walk through zones, components and flows") },
  { keys: "Enter", does: t("Select what has the focus") },
  { keys: "Arrows", does: t("Move the selection; with Shift, further") },
  { keys: "Space drag", does: t("Pan") },
  { keys: "Wheel", does: t("Zoom") },
];

function escape(editor: Editor): void {
  const { dialog, task } = editor.view.get();
  if (dialog !== "none") editor.view.set({ dialog: "none", draft: "" });
  else if (task !== "none") editor.view.set({ task: "none" });
  else select(editor, []);
}

function searchPalette(editor: Editor): void {
  // Drawn and focused before the next key: whoever types on at once types into the search.
  flushSync(() => editor.view.set({ panels: true, seek: true }));
}

/** To the place in the inspector where a flow is drawn by keyboard. */
function goToConnect(editor: Editor): boolean {
  const [id, ...more] = editor.view.get().selection;
  const component = id !== undefined && editor.session.store.get().doc.component.has(id);
  if (!component || more.length > 0) return false;
  editor.view.set({ panels: true, panel: "facts" });
  window.requestAnimationFrame(() => {
    document.querySelector<HTMLElement>("#connect-to select")?.focus();
  });
  return true;
}

const FIELDS = "input, textarea, select, [contenteditable=true]";
/** Fields that take keys with Ctrl for themselves: they have an undo of their own. */
const TEXT_FIELDS = "input:not([type=radio], [type=checkbox]), textarea, [contenteditable=true]";

function isTyping(event: Event): boolean {
  const taken = event instanceof KeyboardEvent && command(event) ? TEXT_FIELDS : FIELDS;
  return event.target instanceof Element && event.target.closest(taken) !== null;
}

function useShortcuts(): void {
  const editor = useEditor();
  useLayoutEffect(() => {
    const pressed = (event: KeyboardEvent): void => {
      if (event.defaultPrevented) return;
      const shortcut = SHORTCUTS.find((one) => one.matches(event));
      if (!shortcut || (isTyping(event) && !shortcut.whileTyping)) return;
      if (editor.view.get().dialog !== "none" && shortcut.keys !== "Esc") return;
      if (shortcut.run(editor) === false) return;
      event.preventDefault();
      // The pages listen on the document, and have their own sheet behind `?`.
      event.stopPropagation();
    };
    document.body.addEventListener("keydown", pressed);
    return () => document.body.removeEventListener("keydown", pressed);
  }, [editor]);
}

/** The links at the head of the page stand outside of what the editor draws. */
function useSkips(): void {
  const editor = useEditor();
  useEffect(() => {
    const clicked = (event: MouseEvent): void => skip(editor, event);
    document.addEventListener("click", clicked);
    return () => document.removeEventListener("click", clicked);
  }, [editor]);
}

/** Copy and paste are the browser's own, so that they reach other tabs, systems and programs. */
function useClipboard(): void {
  const editor = useEditor();
  useLayoutEffect(() => {
    const handle =
      (act: (editor: Editor, clipboard: DataTransfer) => boolean) =>
      (event: ClipboardEvent): void => {
        // Text that is selected on the page is what people mean to copy then.
        const theirs =
          isTyping(event) || (event.type === "copy" && `${window.getSelection()}` !== "");
        if (theirs || !event.clipboardData || editor.view.get().dialog !== "none") return;
        if (act(editor, event.clipboardData)) event.preventDefault();
      };
    const copied = handle(copySelection);
    const pasted = handle(pasteInto);
    document.addEventListener("copy", copied);
    document.addEventListener("paste", pasted);
    return () => {
      document.removeEventListener("copy", copied);
      document.removeEventListener("paste", pasted);
    };
  }, [editor]);
}

/** What people do to the editor as a whole, by keys, clipboard or printer; it shows nothing. */
export function Keyboard(): null {
  useShortcuts();
  useSkips();
  useClipboard();
  usePrint();
  return null;
}
