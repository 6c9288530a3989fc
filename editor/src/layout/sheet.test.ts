import { createRequire } from "node:module";
import type { ElkNode } from "elkjs/lib/elk-api";
import { expect, test } from "vitest";
import { applyChanges } from "../document/apply";
import type { Box, Doc } from "../document/types";
import { sampleDocument } from "../testing/sample";
import { bestFor, graphOf, layoutChanges, scopeOf } from "./sheet";

// The engine itself, without the worker that only a browser has.
const Engine = createRequire(import.meta.url)("elkjs") as new () => {
  layout: (graph: ElkNode) => Promise<ElkNode>;
};

async function arranged(doc: Doc, ...selection: string[]): Promise<Doc> {
  const scope = scopeOf(doc, new Set(selection));
  const laid = await new Engine().layout(graphOf(doc, scope));
  return applyChanges(doc, layoutChanges(doc, scope, laid));
}

const holds = (room: Box | undefined, box: Box | undefined): boolean =>
  room !== undefined &&
  box !== undefined &&
  box[0] >= room[0] &&
  box[1] >= room[1] &&
  box[0] + box[2] <= room[0] + room[2] &&
  box[1] + box[3] <= room[1] + room[3];

test("laid out as a whole, everything stands inside its zone and nothing overlaps", async () => {
  const doc = await arranged(sampleDocument());
  for (const { zone, box } of doc.component.values()) {
    expect(holds(doc.zone.get(zone ?? "")?.box, box)).toBe(true);
  }
  expect(holds(doc.zone.get("z-prod")?.box, doc.zone.get("z-vault")?.box)).toBe(true);
  expect(holds(doc.zone.get("z-prod")?.box, doc.zone.get("z-net")?.box)).toBe(false);
});

test("flows run onwards, and bends that belonged to the old places are gone", async () => {
  const bent = applyChanges(sampleDocument(), [
    { kind: "flow", id: "f-1", set: { points: [[10, 10]] } },
  ]);
  const doc = await arranged(bent);
  const [client, api] = [doc.component.get("c-client"), doc.component.get("c-api")];
  expect((client?.box[0] ?? 0) + 176).toBeLessThan(api?.box[0] ?? 0);
  expect(doc.flow.get("f-1")?.points).toEqual([]);
});

test("a selection is laid out where it was, and the rest keeps its place", async () => {
  const before = sampleDocument();
  const doc = await arranged(before, "c-api", "c-model");
  expect(doc.component.get("c-client")).toBe(before.component.get("c-client"));
  const lefts = ["c-api", "c-model"].map((id) => doc.component.get(id)?.box[0] ?? 0);
  expect(Math.min(...lefts)).toBe(450);
  expect(holds(doc.zone.get("z-vault")?.box, doc.component.get("c-model")?.box)).toBe(true);
});

test("of two ways the one is taken that fills the window better", () => {
  const [wide, high] = [
    { id: "wide", width: 900, height: 100 },
    { id: "high", width: 300, height: 250 },
  ];
  expect(bestFor(1.5, [wide, high])?.id).toBe("high");
  expect(bestFor(9, [wide, high])?.id).toBe("wide");
});
