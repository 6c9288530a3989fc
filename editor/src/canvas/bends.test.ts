import { expect, test } from "vitest";
import type { Box, Point } from "../document/types";
import { inward, pushed, settled, stretches } from "./bends";
import { route } from "./route";

const SOURCE: Box = [0, 0, 100, 50];
const TARGET: Box = [300, 100, 100, 50];
const BESIDE: Box = [300, 0, 100, 50];

const rightAngled = (way: readonly Point[]): boolean =>
  way.every((b, i) => {
    const a = way[i - 1];
    return !a || a[0] === b[0] || a[1] === b[1];
  });

function push(source: Box, target: Box, index: number, at: number): Point[] {
  const way = route(source, target);
  const stretch = stretches(way).find((one) => one.index === index);
  if (!stretch) throw new Error("There is no such stretch.");
  return route(source, target, { points: settled(source, target, pushed(way, stretch, at)) });
}

test("the middle stretch moves aside, the ends stay at their cards", () => {
  expect(push(SOURCE, TARGET, 1, 250)).toEqual([
    [100, 25],
    [250, 25],
    [250, 125],
    [300, 125],
  ]);
});

test("an end pushed along its card stays straight", () => {
  expect(push(SOURCE, TARGET, 0, 10)).toEqual([
    [100, 10],
    [200, 10],
    [200, 125],
    [300, 125],
  ]);
});

test("a straight way pulled past its cards goes around below", () => {
  const way = push(SOURCE, BESIDE, 0, 120);
  expect(way).toHaveLength(6);
  expect(way.slice(2, 4).map(([, y]) => y)).toEqual([120, 120]);
});

test("a straight way pushed a little is kept by one bend", () => {
  expect(push(SOURCE, BESIDE, 0, 40)).toEqual([
    [100, 40],
    [300, 40],
  ]);
});

test.each([0, 1, 2])("stretch %i pushed anywhere leaves right angles", (index) => {
  for (let at = -400; at <= 400; at += 23) {
    expect(rightAngled(push(SOURCE, TARGET, index, at))).toBe(true);
  }
});

test("what is too short to grip offers no grip", () => {
  const way: Point[] = [
    [0, 0],
    [10, 0],
    [10, 90],
  ];
  expect(stretches(way).map((one) => one.index)).toEqual([1]);
});

test.each([
  [[[0, 0], [80, 0], [80, 50]], [26, 0]],
  [[[0, 0], [12, 0], [12, -70]], [12, -14]],
  [[[0, 0], [0, 40]], [0, 18]],
  [[[5, 5], [5, 5]], [5, 5]],
] as const)("an end is gripped beside its card, on the way: %j", (way, at) => {
  const [x, y] = inward(way);
  expect(x).toBeCloseTo(at[0]);
  expect(y).toBeCloseTo(at[1]);
});
