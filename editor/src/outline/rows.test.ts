import { expect, test } from "vitest";
import { applyChanges } from "../document/apply";
import { sampleCatalog, sampleDocument } from "../testing/sample";
import { outlineRows } from "./rows";

test("the outline lists everything that is drawn, inside what it stands in", () => {
  const note = { kind: "note", id: "n-1", add: { text: "Why?", box: [420, 20, 60, 40] } } as const;
  const rows = outlineRows(applyChanges(sampleDocument(), [note]), sampleCatalog());
  expect(rows.at(-1)).toMatchObject({ name: "Why?", kind: "Note", where: "on Production" });
  expect(rows.map((row) => [row.depth, row.id])).toEqual([
    [0, "z-net"],
    [1, "c-client"],
    [2, "f-1"],
    [0, "z-prod"],
    [1, "z-vault"],
    [2, "c-model"],
    [3, "f-2"],
    [1, "c-api"],
    [0, "n-1"],
  ]);
});
