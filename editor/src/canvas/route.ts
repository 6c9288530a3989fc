import type { Box, Point } from "../document/types";

const CORNER = 8;
const WIDEST_LABEL = 168;
const LABEL_MARGIN = 8;

export interface Route {
  points: Point[];
  label: Point;
  /** How wide the label may be without lying on the cards at its ends. */
  space: number;
}

const midX = (box: Box): number => box[0] + box[2] / 2;
const midY = (box: Box): number => box[1] + box[3] / 2;

/** The free space between two ranges; negative where they overlap. */
function gap(a: number, aSize: number, b: number, bSize: number): number {
  return Math.max(b - (a + aSize), a - (b + bSize));
}

/**
 * A right-angled way from one card to another, leaving and entering in the middle of facing sides.
 *
 * `shift` moves the whole way sideways, so that several flows between two cards lie beside each
 * other. `bends` that people drew are followed instead.
 */
export function route(source: Box, target: Box, shift = 0, bends: readonly Point[] = []): Route {
  const acrossX = gap(source[0], source[2], target[0], target[2]);
  const acrossY = gap(source[1], source[3], target[1], target[3]);
  const flat = acrossX >= acrossY;
  const first = bends[0] ?? [midX(target), midY(target)];
  const last = bends.at(-1) ?? [midX(source), midY(source)];
  const from = leave(source, first, flat, shift);
  const to = leave(target, last, flat, shift);
  if (bends.length > 0) return labelled([from, ...bends, to]);
  const middle = flat ? (from[0] + to[0]) / 2 + shift : (from[1] + to[1]) / 2 + shift;
  const turns: Point[] = flat
    ? [
        [middle, from[1]],
        [middle, to[1]],
      ]
    : [
        [from[0], middle],
        [to[0], middle],
      ];
  return labelled(straightened([from, ...turns, to]));
}

/** The middle of the side that faces a point. */
function leave(box: Box, towards: Point, flat: boolean, shift: number): Point {
  if (flat) {
    const right = towards[0] >= midX(box);
    return [right ? box[0] + box[2] : box[0], midY(box) + shift];
  }
  const below = towards[1] >= midY(box);
  return [midX(box) + shift, below ? box[1] + box[3] : box[1]];
}

/** A way without turns that do not turn. */
function straightened(points: readonly Point[]): Point[] {
  return points.filter((point, i) => {
    const before = points[i - 1];
    const after = points[i + 1];
    if (!before || !after) return true;
    const upright = Math.abs(before[0] - point[0]) < 1 && Math.abs(point[0] - after[0]) < 1;
    const level = Math.abs(before[1] - point[1]) < 1 && Math.abs(point[1] - after[1]) < 1;
    return !upright && !level;
  });
}

const length = (a: Point, b: Point): number => Math.hypot(b[0] - a[0], b[1] - a[1]);

/** The label stands half-way along. */
function labelled(points: Point[]): Route {
  const lengths = points.slice(1).map((point, i) => length(points[i] ?? point, point));
  let rest = lengths.reduce((sum, part) => sum + part, 0) / 2;
  for (const [i, part] of lengths.entries()) {
    const a = points[i];
    const b = points[i + 1];
    if (a && b && (rest <= part || i === lengths.length - 1)) {
      const share = part === 0 ? 0 : rest / part;
      const label: Point = [a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share];
      const level = Math.abs(a[1] - b[1]) < 1;
      const space = level ? Math.max(part - LABEL_MARGIN, 0) : WIDEST_LABEL;
      return { points, label, space: Math.min(space, WIDEST_LABEL) };
    }
    rest -= part;
  }
  return { points, label: points[0] ?? [0, 0], space: 0 };
}

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

export interface Crossing {
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
