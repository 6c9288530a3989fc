import { useEffect } from "react";
import {
  copySelection, deleteSelection, duplicateSelection, pasteClip, selectAll,
} from "./actions";
import { type Editor, select, useEditor } from "./editor";

/** Every shortcut once: what the `?` sheet lists and what the keys do cannot differ. */
export interface Shortcut {
  keys: string;
  does: string;
  matches: (event: KeyboardEvent) => boolean;
  /** Gives false when there was nothing to do, so that the browser may act. */
  run: (editor: Editor) => boolean | void;
}

const command = (event: KeyboardEvent): boolean => event.ctrlKey || event.metaKey;
const plain = (event: KeyboardEvent): boolean => !command(event) && !event.altKey;
const key = (event: KeyboardEvent, name: string): boolean => event.key.toLowerCase() === name;

export const SHORTCUTS: readonly Shortcut[] = [
  {
    keys: "Ctrl Z", does: "Undo your last edit",
    matches: (event) => command(event) && !event.shiftKey && key(event, "z"),
    run: (editor) => editor.session.undo(),
  },
  {
    keys: "Ctrl Shift Z", does: "Redo",
    matches: (event) => command(event) && (event.shiftKey ? key(event, "z") : key(event, "y")),
    run: (editor) => editor.session.redo(),
  },
  {
    keys: "Ctrl C", does: "Copy the selection",
    // Text that is selected on the page is what people mean to copy then.
    matches: (event) => command(event) && key(event, "c") && !String(window.getSelection()),
    run: copySelection,
  },
  {
    keys: "Ctrl V", does: "Paste",
    matches: (event) => command(event) && key(event, "v"),
    run: pasteClip,
  },
  {
    keys: "Ctrl D", does: "Duplicate the selection",
    matches: (event) => command(event) && key(event, "d"),
    run: duplicateSelection,
  },
  {
    keys: "Ctrl A", does: "Select everything",
    matches: (event) => command(event) && key(event, "a"),
    run: selectAll,
  },
  {
    keys: "Delete", does: "Remove the selection",
    matches: (event) => plain(event) && (event.key === "Delete" || event.key === "Backspace"),
    run: deleteSelection,
  },
  {
    keys: "Esc", does: "Close, or select nothing",
    matches: (event) => event.key === "Escape",
    run: escape,
  },
  {
    keys: "/", does: "Search the palette",
    matches: (event) => plain(event) && event.key === "/",
    run: searchPalette,
  },
  {
    keys: "O", does: "Show or hide the outline",
    matches: (event) => plain(event) && key(event, "o"),
    run: (editor) => editor.view.set({ outline: !editor.view.get().outline }),
  },
  {
    keys: "\\", does: "Show or hide the panels",
    matches: (event) => plain(event) && event.key === "\\",
    run: (editor) => editor.view.set({ panels: !editor.view.get().panels }),
  },
  {
    keys: "?", does: "Show these shortcuts",
    matches: (event) => plain(event) && event.key === "?",
    run: (editor) => editor.view.set({ dialog: "shortcuts" }),
  },
];

/** Keys that the canvas handles itself; listed for people, not bound here. */
export const CANVAS_KEYS: readonly { keys: string; does: string }[] = [
  { keys: "Tab", does: "Walk through zones, components and flows" },
  { keys: "Enter", does: "Select what has the focus" },
  { keys: "Arrows", does: "Move the selection; with Shift, further" },
  { keys: "Space drag", does: "Pan" },
  { keys: "Wheel", does: "Zoom" },
];

function escape(editor: Editor): void {
  if (editor.view.get().dialog !== "none") editor.view.set({ dialog: "none" });
  else select(editor, []);
}

function searchPalette(editor: Editor): void {
  editor.view.set({ panels: true });
  window.requestAnimationFrame(() => document.getElementById("palette-search")?.focus());
}

const TYPED_IN = "input, textarea, select, [contenteditable=true]";

function isTyping(event: KeyboardEvent): boolean {
  return event.target instanceof Element && event.target.closest(TYPED_IN) !== null;
}

export function useShortcuts(): void {
  const editor = useEditor();
  useEffect(() => {
    const pressed = (event: KeyboardEvent): void => {
      if (isTyping(event) || event.defaultPrevented) return;
      const shortcut = SHORTCUTS.find((one) => one.matches(event));
      if (!shortcut) return;
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
