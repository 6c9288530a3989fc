import { cleanup, render } from "@testing-library/react";
import { afterEach, expect, test } from "vitest";
import { LEVELS } from "../document/types";
import type { Badge } from "../sync/findings";
import { badgeText, RiskBadge } from "./Badge";

afterEach(cleanup);

const badge = (change: Partial<Badge>): Badge => ({
  level: "high",
  count: 2,
  conditional: 0,
  range: null,
  pulse: 1,
  ...change,
});

test("every level differs by letters and by shape, not by colour alone", () => {
  const seen = LEVELS.map((level) => {
    const { container } = render(<RiskBadge badge={badge({ level })} />);
    return [container.textContent, container.querySelector("svg")?.innerHTML];
  });
  expect(new Set(seen.map(([text]) => text)).size).toBe(5);
  expect(new Set(seen.map(([, shape]) => shape)).size).toBe(5);
});

test("an element without findings has no badge", () => {
  const { container } = render(<RiskBadge badge={badge({ level: null, count: 0 })} />);
  expect(container.innerHTML).toBe("");
});

test("what waits for an answer is a question mark, not a level", () => {
  const { container } = render(
    <RiskBadge badge={badge({ level: null, count: 0, conditional: 3 })} />,
  );
  expect(container.textContent).toBe("?3");
});

test("a badge pulses when it begins to say something else, not when first drawn", () => {
  const { container, rerender } = render(<RiskBadge badge={badge({})} />);
  expect(container.querySelector(".badge-pulse")).toBeNull();
  rerender(<RiskBadge badge={badge({ level: "low", pulse: 2 })} />);
  expect(container.querySelector(".badge-pulse")).not.toBeNull();
});

test("a badge is read aloud as a sentence", () => {
  expect(badgeText(badge({ count: 1, conditional: 2 }))).toBe(
    "risk high, 1 finding, 2 waiting for answers",
  );
});
