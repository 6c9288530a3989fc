import { expect, test } from "vitest";
import { sampleCatalog, sampleDocument } from "../testing/sample";
import { outlineRows } from "./rows";

test("the outline lists everything that is drawn, inside what it stands in", () => {
  const rows = outlineRows(sampleDocument(), sampleCatalog());
  expect(rows.map((row) => [row.depth, row.id])).toEqual([
    [0, "z-net"],
    [1, "c-client"],
    [2, "f-1"],
    [0, "z-prod"],
    [1, "z-vault"],
    [2, "c-model"],
    [3, "f-2"],
    [1, "c-api"],
  ]);
});
