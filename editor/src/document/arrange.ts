import { boxAround, boxOf, movedByHand } from "./boxes";
import { moveElements } from "./move";
import type { Box, Change, Doc } from "./types";

/* The selection in a row or in a column: edges on one line, or gaps of one size. */

export type Edge = "left" | "centre" | "right" | "top" | "middle" | "bottom";
export type Axis = "across" | "down";

type Placed = { id: string; box: Box };

function chosen(doc: Doc, ids: Iterable<string>): Placed[] {
  return movedByHand(doc, ids).flatMap((id) => {
    const box = boxOf(doc, id);
    return box ? [{ id, box }] : [];
  });
}

/** Where a box has to begin so that its edge lies on that of the box around all. */
function aligned([x, y, width, height]: Box, all: Box, edge: Edge): readonly [number, number] {
  const [left, top, wide, high] = all;
  switch (edge) {
    case "left":
      return [left, y];
    case "centre":
      return [left + (wide - width) / 2, y];
    case "right":
      return [left + wide - width, y];
    case "top":
      return [x, top];
    case "middle":
      return [x, top + (high - height) / 2];
    case "bottom":
      return [x, top + high - height];
  }
}

export function align(doc: Doc, ids: Iterable<string>, edge: Edge): Change[] {
  const items = chosen(doc, ids);
  const all = boxAround(items.map(({ box }) => box));
  if (!all || items.length < 2) return [];
  return moveElements(doc, new Map(items.map(({ id, box }) => [id, aligned(box, all, edge)])));
}

/** Equal gaps between neighbours; the first and the last stay where they are. */
export function distribute(doc: Doc, ids: Iterable<string>, axis: Axis): Change[] {
  const [begin, size] = axis === "across" ? ([0, 2] as const) : ([1, 3] as const);
  const items = chosen(doc, ids).toSorted((a, b) => a.box[begin] - b.box[begin]);
  const [first, last] = [items[0], items.at(-1)];
  if (!first || !last || items.length < 3) return [];
  const room = last.box[begin] + last.box[size] - first.box[begin];
  const filled = items.reduce((sum, { box }) => sum + box[size], 0);
  const gap = (room - filled) / (items.length - 1);
  let at = first.box[begin];
  const moved = new Map<string, readonly [number, number]>();
  for (const { id, box } of items) {
    moved.set(id, axis === "across" ? [at, box[1]] : [box[0], at]);
    at += box[size] + gap;
  }
  return moveElements(doc, moved);
}
