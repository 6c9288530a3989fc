import type { Box, Point } from "../document/types";
import { length, route } from "./route";

/* A flow's way as stretches that one can push aside; what comes out are the document's bends. */

/** Between a card and the first turn of a way that was pulled past it. */
const STUB = 20;
/** From a card to where its end of a flow is gripped: a finger's breadth. */
const BESIDE = 26;
/** Shorter stretches cannot be gripped. */
const SHORTEST = 16;

/** A straight piece of a way that can be pushed across its direction. */
export interface Stretch {
  /** It joins the way's points `index` and `index + 1`. */
  index: number;
  level: boolean;
  middle: Point;
}

export function stretches(way: readonly Point[]): Stretch[] {
  return way.flatMap((b, i): Stretch[] => {
    const a = way[i - 1];
    if (!a) return [];
    const level = a[1] === b[1];
    if (Math.abs(a[0] - b[0]) + Math.abs(a[1] - b[1]) < SHORTEST) return [];
    return [{ index: i - 1, level, middle: [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2] }];
  });
}

/** The point a little out of the card, where a pulled end of the way turns. */
function stub(from: Point, to: Point, level: boolean): Point {
  const far = level ? to[0] - from[0] : to[1] - from[1];
  const by = Math.sign(far) * Math.min(STUB, Math.abs(far) / 2);
  return level ? [from[0] + by, from[1]] : [from[0], from[1] + by];
}

/** Where an end is gripped: along the way, beside the card, whose edge is for the next flow. */
export function inward(way: readonly Point[]): Point {
  const whole = way.reduce((sum, to, i) => sum + length(way[i - 1] ?? to, to), 0);
  let left = Math.min(BESIDE, 0.45 * whole);
  for (const [i, to] of way.entries()) {
    const from = way[i - 1] ?? to;
    const [dx, dy, part] = [to[0] - from[0], to[1] - from[1], left / Math.max(length(from, to), 1)];
    if (i > 0 && part <= 1) return [from[0] + part * dx, from[1] + part * dy];
    left -= length(from, to);
  }
  return way[0] ?? [0, 0];
}

/** The bends after a stretch is pushed to `at` on the axis across it. */
export function pushed(
  way: readonly Point[],
  { index, level }: Stretch,
  at: number,
): readonly Point[] {
  const [a, b] = [way[index], way[index + 1]];
  if (!a || !b) return [];
  const across = ([x, y]: Point): Point => (level ? [x, at] : [at, y]);
  const start = index === 0 ? [across(stub(a, b, level))] : [...way.slice(1, index), across(a)];
  const end =
    index === way.length - 2
      ? [across(stub(b, a, level))]
      : [across(b), ...way.slice(index + 2, -1)];
  return [...start, ...end].map(([x, y]): Point => [Math.round(x), Math.round(y)]);
}

/** The same way with no more bends than it needs; one is left where somebody set the only ones. */
export function settled(source: Box, target: Box, points: readonly Point[]): readonly Point[] {
  const inner = route(source, target, { points }).slice(1, -1);
  const [first] = points;
  return inner.length > 0 || !first ? inner : [first];
}
