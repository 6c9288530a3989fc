import { expect, test } from "vitest";
import type { Box } from "../document/types";
import { snap } from "./snap";

const OTHER: Box = [300, 200, 100, 50];

test("near an edge, what is dragged settles on it and shows the line", () => {
  expect(snap([304, 0, 80, 40], [OTHER], 6)).toEqual({
    dx: -4,
    dy: 0,
    guides: [{ axis: "x", at: 300, from: 0, to: 250 }],
  });
});

test("middles attract as well as edges, and the nearest line wins", () => {
  const { dx, guides } = snap([312, 0, 80, 40], [OTHER], 6);
  expect(dx).toBe(-2);
  expect(guides.map((guide) => guide.at)).toEqual([350]);
});

test("both axes settle at once", () => {
  const { dx, dy, guides } = snap([303, 197, 100, 50], [OTHER], 6);
  expect([dx, dy]).toEqual([-3, 3]);
  expect(new Set(guides.map((guide) => guide.axis))).toEqual(new Set(["x", "y"]));
});

test("out of reach, nothing is touched", () => {
  expect(snap([316, 0, 10, 40], [OTHER], 6)).toEqual({ dx: 0, dy: 0, guides: [] });
});
