import { expect, test } from "vitest";
import { elementId, operationId } from "./ids";

test("element ids fit the document's pattern and sort by time", () => {
  expect(elementId()).toMatch(/^[a-z0-9]{26}$/);
  expect(elementId(1_000) < elementId(2_000_000_000_000)).toBe(true);
});

test("a thousand ids made in the same millisecond differ", () => {
  expect(new Set(Array.from({ length: 1_000 }, () => elementId(5))).size).toBe(1_000);
});

test("operation ids are version 4 UUIDs", () => {
  expect(operationId()).toMatch(
    /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
  );
});
