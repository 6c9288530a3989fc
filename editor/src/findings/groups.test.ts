import { expect, test } from "vitest";
import type { Finding } from "../sync/messages";
import wire from "../testing/first-drawing.json";
import { grouped } from "./groups";

/** What the server sent of a drawing of ten parts about which nothing was stated. */
const FIRST = wire as unknown as readonly Finding[];

test("a first drawing of ten parts reads as at most fifteen rows, all that waits counted", () => {
  const rows = grouped(FIRST, "cause");
  expect(FIRST.length).toBeGreaterThan(20);
  expect(rows.length).toBeGreaterThan(5);
  expect(rows.length).toBeLessThanOrEqual(15);
  expect(new Set(rows.map((row) => row.title)).size).toBe(rows.length);
});

test.each(["cause", "threat"] as const)("every finding stands in one row, by %s", (by) => {
  const rows = grouped(FIRST, by);
  const listed = rows.flatMap((row) => row.findings.map((finding) => finding.key));
  expect(listed.toSorted()).toEqual(FIRST.map((finding) => finding.key).toSorted());
  for (const row of rows) {
    for (const finding of row.findings) {
      expect(finding[by]).toBe(row.id);
      expect(finding.applies === "conditional").toBe(row.waits);
    }
  }
});

test("the row of the worst finding comes first, and what waits comes last", () => {
  const rows = grouped(FIRST, "cause");
  const waiting = rows.map((row) => row.waits);
  expect(waiting).toEqual(waiting.toSorted());
  expect(rows[0]?.findings[0]?.risk.score).toBe(
    Math.max(...FIRST.filter((one) => one.applies === "yes").map((one) => one.risk.score)),
  );
});
