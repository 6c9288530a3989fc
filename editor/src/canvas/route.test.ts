import { expect, test } from "vitest";
import { crossings, path, route } from "./route";

test("cards beside each other are joined by their facing sides", () => {
  const { points, label } = route([0, 0, 100, 50], [300, 0, 100, 50]);
  expect(points).toEqual([
    [100, 25],
    [300, 25],
  ]);
  expect(label).toEqual([200, 25]);
});

test("a label is no wider than the gap that it stands in", () => {
  expect(route([0, 0, 100, 50], [160, 0, 100, 50]).space).toBe(52);
  expect(route([0, 0, 100, 50], [900, 0, 100, 50]).space).toBe(168);
});

test("the way turns twice between cards at different heights", () => {
  const { points } = route([0, 0, 100, 50], [300, 100, 100, 50]);
  expect(points).toEqual([
    [100, 25],
    [200, 25],
    [200, 125],
    [300, 125],
  ]);
});

test("cards above each other are joined from bottom to top", () => {
  expect(route([0, 0, 100, 50], [0, 200, 100, 50]).points).toEqual([
    [50, 50],
    [50, 200],
  ]);
});

test("two flows between the same cards do not lie on each other", () => {
  const there = route([0, 0, 100, 50], [300, 0, 100, 50], -9).points;
  const back = route([300, 0, 100, 50], [0, 0, 100, 50], 9).points;
  expect(there[0]?.[1]).not.toBe(back[0]?.[1]);
});

test("bends that people drew are followed", () => {
  expect(route([0, 0, 100, 50], [300, 0, 100, 50], 0, [[200, 300]]).points).toContainEqual([
    200, 300,
  ]);
});

test("a way is marked once where it leaves a room", () => {
  const marks = crossings(
    [
      [100, 25],
      [300, 25],
    ],
    [[0, 0, 200, 100]],
  );
  expect(marks).toEqual([{ at: [200, 25], angle: 0 }]);
});

test("edges of two rooms that coincide give one mark", () => {
  expect(
    crossings(
      [
        [0, 5],
        [100, 5],
      ],
      [
        [50, 0, 100, 10],
        [52, 0, 40, 10],
      ],
    ),
  ).toHaveLength(2);
  expect(
    crossings(
      [
        [0, 5],
        [70, 5],
      ],
      [
        [50, 0, 100, 10],
        [52, 0, 40, 10],
      ],
    ),
  ).toHaveLength(1);
});

test("a path of one stretch is a straight line", () => {
  expect(
    path([
      [0, 0],
      [10, 0],
    ]),
  ).toBe("M0,0L10,0");
});
