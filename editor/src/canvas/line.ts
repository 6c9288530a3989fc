import type { Box, Point } from "../document/types";
import { length } from "./route";

/* What is drawn of a flow's way: its rounded path, its label, its marks at the rooms' edges. */

const CORNER = 8;

/** The way as an SVG path with rounded corners. */
export function path(points: readonly Point[]): string {
  return points
    .map((point, i) => {
      const before = points[i - 1];
      const after = points[i + 1];
      if (!before) return `M${point[0]},${point[1]}`;
      if (!after) return `L${point[0]},${point[1]}`;
      const radius = Math.min(CORNER, length(before, point) / 2, length(point, after) / 2);
      const [ax, ay] = towards(point, before, radius);
      const [bx, by] = towards(point, after, radius);
      return `L${ax},${ay}Q${point[0]},${point[1]} ${bx},${by}`;
    })
    .join("");
}

function towards(from: Point, to: Point, by: number): Point {
  const whole = length(from, to) || 1;
  return [from[0] + ((to[0] - from[0]) * by) / whole, from[1] + ((to[1] - from[1]) * by) / whole];
}

/** The point at that share of the way. */
export function placeOn(points: readonly Point[], share: number): Point {
  const whole = points.slice(1).reduce((sum, b, i) => sum + length(points[i] ?? b, b), 0);
  let left = whole * share;
  for (const [i, b] of points.entries()) {
    const a = points[i - 1];
    if (!a) continue;
    const step = length(a, b);
    if (left <= step) return towards(a, b, left);
    left -= step;
  }
  return points.at(-1) ?? [0, 0];
}

/**
 * Where a label's middle can stand on the line without lying on anything; null where nowhere.
 * Places near `first`, a share of the way, are preferred.
 */
export function freePlace(
  points: readonly Point[],
  width: number,
  height: number,
  isTaken: (label: Box) => boolean,
  first = 0.5,
): Point | null {
  for (let step = 0; step < 17; step++) {
    for (const share of [first - step / 20, first + step / 20]) {
      if (share < 0.1 || share > 0.9) continue;
      const [x, y] = placeOn(points, share);
      const label: Box = [x - width / 2, y - height / 2, width, height];
      if (!isTaken(label)) return [x, y];
    }
  }
  return null;
}

export const meets = (one: Box, other: Box): boolean =>
  one[0] < other[0] + other[2] &&
  other[0] < one[0] + one[2] &&
  one[1] < other[1] + other[3] &&
  other[1] < one[1] + one[3];

interface Crossing {
  at: Point;
  /** Degrees that the way has here, so that the mark stands across it. */
  angle: number;
}

/** Where the way passes the edges of the given rooms; marks that would lie on each other are one. */
export function crossings(points: readonly Point[], rooms: readonly Box[]): Crossing[] {
  const found: Crossing[] = [];
  for (const [i, b] of points.entries()) {
    const a = points[i - 1];
    if (!a) continue;
    for (const room of rooms) {
      for (const share of sharesOnEdge(a, b, room)) {
        const at: Point = [a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share];
        if (found.some((other) => length(other.at, at) < 10)) continue;
        found.push({ at, angle: (Math.atan2(b[1] - a[1], b[0] - a[0]) * 180) / Math.PI });
      }
    }
  }
  return found;
}

/** How far along from a to b (0 to 1) the line meets the box's edges. */
function sharesOnEdge(a: Point, b: Point, [x, y, width, height]: Box): number[] {
  const dx = b[0] - a[0];
  const dy = b[1] - a[1];
  const upright = [x, x + width]
    .map((edge) => (edge - a[0]) / dx)
    .filter((share) => within(a[1] + dy * share, y, y + height));
  const level = [y, y + height]
    .map((edge) => (edge - a[1]) / dy)
    .filter((share) => within(a[0] + dx * share, x, x + width));
  return [...upright, ...level].filter((share) => Number.isFinite(share) && within(share, 0, 1));
}

const within = (value: number, low: number, high: number): boolean => value >= low && value <= high;
