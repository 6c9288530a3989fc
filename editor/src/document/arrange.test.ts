import { expect, test } from "vitest";
import { sampleDocument } from "../testing/sample";
import { applyChanges } from "./apply";
import { align, distribute } from "./arrange";

const IDS = ["c-client", "c-api", "c-model"];

test("aligned at the bottom, lower edges lie on the lowest one", () => {
  const doc = applyChanges(sampleDocument(), align(sampleDocument(), IDS, "bottom"));
  expect(IDS.map((id) => doc.component.get(id)?.box[1])).toEqual([150, 150, 150]);
});

test("a component that stands in an aligned zone goes along and is not moved twice", () => {
  const before = sampleDocument();
  const doc = applyChanges(before, align(before, ["z-prod", "c-api", "z-net"], "left"));
  expect(doc.zone.get("z-prod")?.box[0]).toBe(0);
  expect(doc.component.get("c-api")?.box[0]).toBe(50);
});

test("distributed, the gaps are equal and the ends stay", () => {
  const doc = applyChanges(sampleDocument(), distribute(sampleDocument(), IDS, "across"));
  expect(IDS.map((id) => doc.component.get(id)?.box[0])).toEqual([50, 390, 730]);
});

test("what is alone, or between nothing, stays", () => {
  expect(align(sampleDocument(), ["c-api"], "left")).toEqual([]);
  expect(distribute(sampleDocument(), ["c-api", "c-model"], "down")).toEqual([]);
});
