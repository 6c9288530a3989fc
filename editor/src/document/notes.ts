import type { Edit } from "./edits";
import { elementId } from "./ids";
import { SLIP } from "./read";
import type { Box } from "./types";

/** A new sticky note with its middle at a point. */
export function addNote(x: number, y: number): Edit {
  const id = elementId();
  const box: Box = [Math.round(x - SLIP[0] / 2), Math.round(y - SLIP[1] / 2), ...SLIP];
  return { id, changes: [{ kind: "note", id, add: { text: "", box } }] };
}
