import { expect, test } from "vitest";
import type { Box, Point } from "../document/types";
import { passes, route } from "./route";
import cases from "./routes.json";

interface Case {
  what: string;
  source: Box;
  target: Box;
  points?: Point[];
  shift?: number;
  others?: Box[];
  way: Point[];
}

const CASES = cases as unknown as Case[];
const plain = (way: unknown): unknown => JSON.parse(JSON.stringify(way));

test.each(CASES)("$what", ({ source, target, way, points = [], shift = 0, others = [] }) => {
  expect(plain(route(source, target, { points, shift, others }))).toEqual(way);
});

test.each(CASES.filter(({ others }) => others))("no card is covered: $what", (one) => {
  const way = route(one.source, one.target, { others: one.others ?? [] });
  expect(one.others?.filter((box) => passes(way, box))).toEqual([]);
});

test("two flows between the same cards do not lie on each other", () => {
  const there = route([0, 0, 100, 50], [300, 0, 100, 50], { shift: -9 });
  const back = route([300, 0, 100, 50], [0, 0, 100, 50], { shift: 9 });
  expect(there[0]?.[1]).not.toBe(back[0]?.[1]);
});
