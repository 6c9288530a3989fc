import { boxAround } from "../document/boxes";
import type { Box } from "../document/types";

/* What is dragged settles on the lines of what lies near: edges and middles. */

/** A line that the dragged things share with others; `at` on its axis, `from` to `to` along it. */
export interface Guide {
  axis: "x" | "y";
  at: number;
  from: number;
  to: number;
}

export interface Snap {
  dx: number;
  dy: number;
  guides: readonly Guide[];
}

const FREE: Snap = { dx: 0, dy: 0, guides: [] };

/** Begin, middle and end of a box along one axis. */
function lines(box: Box, axis: 0 | 1): readonly [number, number, number] {
  const [begin, size] = [box[axis], box[axis + 2] ?? 0];
  return [begin, begin + size / 2, begin + size];
}

/** The least shift that brings a line of the box onto a line of another; null if none is near. */
function leastShift(box: Box, others: readonly Box[], axis: 0 | 1, reach: number): number | null {
  let best: number | null = null;
  const own = lines(box, axis);
  for (const other of others) {
    for (const line of lines(other, axis)) {
      for (const mine of own) {
        const shift = line - mine;
        if (Math.abs(shift) <= reach && Math.abs(shift) < Math.abs(best ?? Infinity)) best = shift;
      }
    }
  }
  return best;
}

/** Every line that the settled box shares with others, as long as what lies on it. */
function shared(box: Box, others: readonly Box[], axis: 0 | 1): Guide[] {
  const found = new Map<number, Box[]>();
  for (const mine of lines(box, axis)) {
    const isOn = (line: number): boolean => Math.abs(line - mine) < 0.5;
    const on = others.filter((other) => lines(other, axis).some(isOn));
    if (on.length > 0) found.set(mine, on);
  }
  return [...found].map(([at, on]) => {
    const all = boxAround([box, ...on]) ?? box;
    const along = axis === 0 ? 1 : 0;
    return {
      axis: axis === 0 ? "x" : "y",
      at,
      from: all[along],
      to: all[along] + (all[along + 2] ?? 0),
    };
  });
}

/**
 * How far to shift a dragged box so that it lines up with others within `reach`.
 *
 * O(others); the caller passes only what is in sight.
 */
export function snap(box: Box, others: readonly Box[], reach: number): Snap {
  const across = leastShift(box, others, 0, reach);
  const down = leastShift(box, others, 1, reach);
  if (across === null && down === null) return FREE;
  const [dx, dy] = [across ?? 0, down ?? 0];
  const settled: Box = [box[0] + dx, box[1] + dy, box[2], box[3]];
  return {
    dx,
    dy,
    guides: [
      ...(across === null ? [] : shared(settled, others, 0)),
      ...(down === null ? [] : shared(settled, others, 1)),
    ],
  };
}
