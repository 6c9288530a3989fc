import { expect, test } from "vitest";
import type { Box, Point } from "../document/types";
import { crossings, freePlace, meets, path } from "./line";

const LEVEL: Point[] = [
  [100, 25],
  [300, 25],
];

const on =
  (...boxes: Box[]) =>
  (label: Box): boolean =>
    boxes.some((box) => meets(label, box));

test("a label stands half-way, or beside what lies there", () => {
  expect(freePlace(LEVEL, 40, 20, on())).toEqual([200, 25]);
  expect(freePlace(LEVEL, 40, 20, on([190, 0, 20, 50]))).toEqual([170, 25]);
});

test("a label that would lie on something wherever it stood has no place", () => {
  expect(freePlace(LEVEL, 40, 20, on([0, 0, 400, 50]))).toBeNull();
});

test("a way is marked once where it leaves a room", () => {
  expect(crossings(LEVEL, [[0, 0, 200, 100]])).toEqual([{ at: [200, 25], angle: 0 }]);
});

test("edges of two rooms that coincide give one mark", () => {
  const rooms = [
    [50, 0, 100, 10],
    [52, 0, 40, 10],
  ] as const;
  const through: Point[] = [
    [0, 5],
    [100, 5],
  ];
  const into: Point[] = [
    [0, 5],
    [70, 5],
  ];
  expect(crossings(through, rooms)).toHaveLength(2);
  expect(crossings(into, rooms)).toHaveLength(1);
});

test("a path of one stretch is a straight line", () => {
  expect(
    path([
      [0, 0],
      [10, 0],
    ]),
  ).toBe("M0,0L10,0");
});
