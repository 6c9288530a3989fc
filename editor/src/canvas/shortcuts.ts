import {
  addNoteHere,
  alignSelection,
  distributeSelection,
  gripSelectedFlow,
  showAll,
  showSelection,
} from "../actions";
import type { Axis, Edge } from "../document/arrange";
import { alt, key, plain, type Shortcut } from "../keys";

/* The keys of the drawing; keyboard.ts binds them with the general ones. */

const aligning = (letter: string, edge: Edge, does: string): Shortcut => ({
  keys: `Alt ${letter}`,
  does,
  matches: (event) => alt(event, letter),
  run: (editor) => alignSelection(editor, edge),
});

const distributing = (letter: string, axis: Axis, does: string): Shortcut => ({
  keys: `Alt Shift ${letter}`,
  does,
  matches: (event) => alt(event, letter, true),
  run: (editor) => distributeSelection(editor, axis),
});

export const DRAWING_SHORTCUTS: readonly Shortcut[] = [
  {
    keys: "1",
    does: "Show everything",
    matches: (event) => plain(event) && event.key === "1",
    run: (editor) => showAll(editor),
  },
  {
    keys: "2",
    does: "Show the selection",
    matches: (event) => plain(event) && event.key === "2",
    run: showSelection,
  },
  {
    keys: "N",
    does: "Add a note",
    matches: (event) => plain(event) && key(event, "n"),
    run: addNoteHere,
  },
  {
    keys: "B",
    does: "Grip the selected flow; arrows push its stretches",
    matches: (event) => plain(event) && key(event, "b"),
    run: gripSelectedFlow,
  },
  {
    keys: "G",
    does: "Snap to neighbours, or not",
    matches: (event) => plain(event) && key(event, "g"),
    run: (editor) => editor.view.set({ snapping: !editor.view.get().snapping }),
  },
  {
    keys: "H",
    does: "Heat view: fill by residual risk",
    matches: (event) => plain(event) && key(event, "h"),
    run: (editor) => editor.view.set({ heat: !editor.view.get().heat }),
  },
  aligning("A", "left", "Align left edges"),
  aligning("H", "centre", "Align centres"),
  aligning("D", "right", "Align right edges"),
  aligning("W", "top", "Align top edges"),
  aligning("V", "middle", "Align middles"),
  aligning("S", "bottom", "Align bottom edges"),
  distributing("H", "across", "Equal gaps from left to right"),
  distributing("V", "down", "Equal gaps from top to bottom"),
];
