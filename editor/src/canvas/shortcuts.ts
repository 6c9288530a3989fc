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
import { t } from "../words/t";

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
    does: t("Show everything"),
    matches: (event) => plain(event) && event.key === "1",
    run: (editor) => showAll(editor),
  },
  {
    keys: "2",
    does: t("Show the selection"),
    matches: (event) => plain(event) && event.key === "2",
    run: showSelection,
  },
  {
    keys: "N",
    does: t("Add a note"),
    matches: (event) => plain(event) && key(event, "n"),
    run: addNoteHere,
  },
  {
    keys: "B",
    does: t("Take hold of the selected flow; arrows push it aside"),
    matches: (event) => plain(event) && key(event, "b"),
    run: gripSelectedFlow,
  },
  {
    keys: "G",
    does: t("Snap to neighbours, or not"),
    matches: (event) => plain(event) && key(event, "g"),
    run: (editor) => editor.view.set({ snapping: !editor.view.get().snapping }),
  },
  {
    keys: "H",
    does: t("Heat view: fill by residual risk"),
    matches: (event) => plain(event) && key(event, "h"),
    run: (editor) => editor.view.set({ heat: !editor.view.get().heat }),
  },
  aligning("A", "left", t("Align left edges")),
  aligning("H", "centre", t("Align centres")),
  aligning("D", "right", t("Align right edges")),
  aligning("W", "top", t("Align top edges")),
  aligning("V", "middle", t("Align middles")),
  aligning("S", "bottom", t("Align bottom edges")),
  distributing("H", "across", t("Equal gaps from left to right")),
  distributing("V", "down", t("Equal gaps from top to bottom")),
];
