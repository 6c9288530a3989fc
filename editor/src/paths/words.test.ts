import { expect, test } from "vitest";
import type { Fall } from "./ways";
import { boundsText, fallText, inWords, percent, span } from "./words";

test.each([
  [1, "always"],
  [0.97, "almost always"],
  [0.5, "about 1 in 2"],
  [0.35, "about 1 in 3"],
  [0.62, "about 3 in 5"],
  [0.1, "about 1 in 10"],
  [0.025, "about 1 in 40"],
  [0.0079, "about 1 in 130"],
  [0.0005, "about 1 in 2,000"],
  [0.0001, "less than 1 in 2,000"],
  [0, "practically never"],
])("a chance of %d is said as %s", (chance, words) => {
  expect(inWords(chance)).toBe(words);
});

test("a share never reads as nothing where it is something", () => {
  expect([percent(0), percent(0.004), percent(0.126)]).toEqual(["0 %", "<1 %", "13 %"]);
  expect(span(0.311, 0.349)).toBe("31 to 35 %");
  expect(span(0.121, 0.124)).toBe("12 %");
});

const fall: Fall = {
  kind: "remedy",
  control: "x",
  title: "Check answers",
  effort: "medium",
  place: "c-1",
  place_name: "API",
  fall: 0.126,
};

test("what stops a step says where, what it is worth and what it takes", () => {
  expect(fallText(fall)).toBe("Check answers, at API: 13 points less, 5 days.");
  expect(fallText({ ...fall, kind: "standing", fall: -0.01 })).toBe(
    "Check answers, in place at API: 1 point more without it.",
  );
  expect(fallText({ ...fall, kind: "element", fall: 0.001 })).toBe(
    "Without API: less than a point less.",
  );
});

test("how much is shown is said, and that something was left out", () => {
  const bounds = {
    findings: 15,
    findings_followed: 10,
    states: 9,
    steps: 9,
    complete: true,
    draws: 10_000,
    assets: 3,
    assets_explained: 2,
    compared: 14,
    comparable: 20,
  };
  const text = boundsText(bounds);
  expect(text).toContain("10 of 15");
  expect(text).toContain("2 of 3");
  expect(text).toContain("14 of 20");
  expect(text).not.toContain("left out");
  expect(boundsText({ ...bounds, complete: false })).toContain("left out");
});
