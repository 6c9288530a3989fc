import type { Box, Point } from "../document/types";

/*
 * How a flow runs from one card to another: at right angles, around the cards between them.
 *
 * The report draws the same ways (threatmodel/reports/routing.py); routes.json holds both to that.
 * A way is judged by the cards that it passes behind, then by its length and its turns; the
 * straightest one is taken at once where it is free.
 */

/** Between a card and a way around it. */
const ROOM = 12;
/** A turn weighs as much as this much of way. */
const TURN = 40;
/** Passing behind a card weighs more than any detour. */
const COVERED = 1e6;
/** Among more cards no detour is looked for. */
export const CROWD = 48;

type Line = Point[];
type Boxes = readonly Box[];

export interface Bends {
  /** Bends that people set; they are followed, except under a card at their end of the flow. */
  points?: readonly Point[];
  /** How far the way lies from the middle, so that flows between two cards lie side by side. */
  shift?: number;
  /** Cards to go around. */
  others?: Boxes;
}

/** Corners of the line from one card to another. */
export function route(source: Box, target: Box, bends: Bends = {}): Line {
  const { points = [], shift = 0, others = [] } = bends;
  const [across, down] = [apart(source, target), apart(turned(source), turned(target))];
  const flat = across >= down;
  const set = outside(source, target, points);
  if (set.length > 0) return through(source, target, set, shift);
  if (Math.max(across, down) < 0) return loop(source, shift);
  let best: Line = [];
  let least = Infinity;
  const walls = [
    ...others.map((box) => grown(box, ROOM / 2)),
    ...[source, target].map((box) => grown(box, -1)),
  ];
  for (const way of ways(source, target, shift, others, flat)) {
    const line = straight(way);
    const weight = cost(line, walls, least);
    if (weight < least) [best, least] = [line, weight];
  }
  return best;
}

/** The straightest way alone if it is free; of ways that weigh the same the first is best. */
function* ways(
  source: Box,
  target: Box,
  shift: number,
  others: Boxes,
  flat: boolean,
): Generator<Line> {
  const level = levelWays(source, target, shift, others);
  const upright = uprightWays(source, target, shift, others);
  const [first, second] = flat ? [level, upright] : [upright, level];
  const plain = first.next().value as Line;
  yield plain;
  const free = !others.some((box) => passes(plain, grown(box, ROOM / 2)));
  if (free || others.length > CROWD) return;
  yield* first;
  yield* second;
}

function* uprightWays(source: Box, target: Box, shift: number, others: Boxes): Generator<Line> {
  for (const way of levelWays(turned(source), turned(target), shift, others.map(turned))) {
    yield way.map(swapped);
  }
}

/** Ways that leave to the left or to the right. */
function* levelWays(source: Box, target: Box, shift: number, others: Boxes): Generator<Line> {
  const [left, top, width, height] = source;
  const [x, y, wide, high] = target;
  const start = top + height / 2 + shift;
  const end = y + high / 2 + shift;
  const ahead = x + wide / 2 >= left + width / 2;
  const [out, into] = ahead ? [left + width, x] : [left, x + wide];
  const middle = x + wide / 2 + shift;
  if (apart(source, target) >= 0) {
    yield* bent(out, start, into, end, (out + into) / 2 + shift, others);
  }
  if (out < middle === ahead && !(y <= start && start <= y + high)) {
    yield [
      [out, start],
      [middle, start],
      [middle, start < y ? y : y + high],
    ];
  }
  const aside = 2 * ROOM + Math.abs(shift);
  yield around(left, start, x, end, Math.min(left, x) - aside);
  const [right, far] = [left + width, x + wide];
  yield around(right, start, far, end, Math.max(right, far) + aside);
}

/** Between facing sides: half-way, beside each card on the way, above and below each. */
function* bent(
  out: number,
  start: number,
  into: number,
  end: number,
  middle: number,
  others: Boxes,
): Generator<Line> {
  yield around(out, start, into, end, middle);
  const [low, high] = [Math.min(out, into) + ROOM, Math.max(out, into) - ROOM];
  if (low > high) return;
  for (const [x, , width] of others) {
    for (const bend of [x - ROOM, x + width + ROOM]) {
      if (low <= bend && bend <= high) yield around(out, start, into, end, bend);
    }
  }
  const [near, far] = out < into ? [low, high] : [high, low];
  for (const [, y, , height] of others) {
    for (const level of [y - ROOM, y + height + ROOM]) {
      yield [
        [out, start],
        [near, start],
        [near, level],
        [far, level],
        [far, end],
        [into, end],
      ];
    }
  }
}

/** Out to `bend`, along it, and back in. */
function around(out: number, start: number, into: number, end: number, bend: number): Line {
  return [
    [out, start],
    [bend, start],
    [bend, end],
    [into, end],
  ];
}

/** The bends without those that a card at their end has been moved over. */
function outside(source: Box, target: Box, points: readonly Point[]): Line {
  const first = points.findIndex((point) => !covers(source, point));
  const last = points.findLastIndex((point) => !covers(target, point));
  return first < 0 ? [] : points.slice(first, last + 1);
}

const covers = ([x, y, width, height]: Box, [px, py]: Point): boolean =>
  x < px && px < x + width && y < py && py < y + height;

function through(source: Box, target: Box, points: Line, shift: number): Line {
  const [first = [0, 0], last = [0, 0]] = [points[0], points.at(-1)];
  const end = attached(target, last, shift).toReversed();
  const way = [...attached(source, first, shift), ...points, ...end];
  return straight(
    way.flatMap((here, i): Line => {
      const before = way[i - 1];
      return before ? [[here[0], before[1]], here] : [here];
    }),
  );
}

/** From the side that faces a point straight to it, else from the middle with one turn. */
function attached([x, y, width, height]: Box, [toX, toY]: Point, shift: number): Line {
  const beside = x + (toX >= x + width / 2 ? width : 0);
  if (y <= toY && toY <= y + height) return [[beside, toY]];
  if (x <= toX && toX <= x + width) return [[toX, y + (toY >= y + height / 2 ? height : 0)]];
  const middle = y + height / 2 + shift;
  return [
    [beside, middle],
    [toX, middle],
  ];
}

/** A flow to itself, or between cards that lie on each other: right to top. */
function loop(box: Box, shift: number): Line {
  const [right, top] = [box[0] + box[2], box[1]];
  const middle = top + box[3] / 2;
  const out = right + 2 * ROOM + Math.abs(shift);
  const above = top - 2 * ROOM;
  const enter = box[0] + box[2] * 0.75;
  return [
    [right, middle],
    [out, middle],
    [out, above],
    [enter, above],
    [enter, top],
  ];
}

/** What a way weighs; one that is too long already is not looked at further. */
function cost(way: Line, walls: Boxes, least: number): number {
  let whole = way.length * TURN;
  for (let i = 1; i < way.length; i++) whole += length(way[i - 1] as Point, way[i] as Point);
  for (const box of walls) {
    if (whole >= least) return whole;
    if (passes(way, box)) whole += COVERED;
  }
  return whole;
}

/** Whether any part of a way of right angles lies within a box. */
export function passes(way: readonly Point[], [x, y, width, height]: Box): boolean {
  for (let i = 1; i < way.length; i++) {
    const [a, b] = [way[i - 1] as Point, way[i] as Point];
    const across = Math.min(a[0], b[0]) < x + width && Math.max(a[0], b[0]) > x;
    if (across && Math.min(a[1], b[1]) < y + height && Math.max(a[1], b[1]) > y) return true;
  }
  return false;
}

/** The box with as much around it. */
export const grown = ([x, y, width, height]: Box, by: number): Box => [
  x - by,
  y - by,
  width + 2 * by,
  height + 2 * by,
];

/** The free space between two cards from left to right; negative where they overlap. */
const apart = (one: Box, other: Box): number =>
  Math.max(other[0] - one[0] - one[2], one[0] - other[0] - other[2]);

/** The box with its axes exchanged, so that what holds for level ways holds for upright ones. */
const turned = ([x, y, width, height]: Box): Box => [y, x, height, width];

const swapped = ([x, y]: Point): Point => [y, x];

/** A way without corners that do not bend. */
function straight(line: Line): Line {
  const found: Line = line.slice(0, 1);
  line.slice(1, -1).forEach((here, i) => {
    const before = found.at(-1) ?? here;
    const after = line[i + 2] ?? here;
    const level = before[1] === here[1] && here[1] === after[1];
    const upright = before[0] === here[0] && here[0] === after[0];
    const same = before[0] === here[0] && before[1] === here[1];
    if (!level && !upright && !same) found.push(here);
  });
  return [...found, ...line.slice(-1)];
}

export const length = (a: Point, b: Point): number => Math.hypot(b[0] - a[0], b[1] - a[1]);
