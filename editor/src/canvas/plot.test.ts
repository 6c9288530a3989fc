import { expect, test } from "vitest";
import { applyChanges } from "../document/apply";
import { readDocument } from "../document/read";
import type { Box, Change, Doc } from "../document/types";
import { sampleDocument } from "../testing/sample";
import { meets } from "./line";
import { Plot } from "./plot";

const ways = (doc: Doc) => [...new Plot().lies(doc)].map(([id, { points }]) => [id, points]);

/** Cards on a grid with flows to the right and below, named so that labels need room. */
function grid(size: number): Doc {
  const components = [];
  const flows = [];
  for (let row = 0; row < size; row += 1) {
    for (let column = 0; column < size; column += 1) {
      const id = `c-${row}-${column}`;
      components.push({ id, type: "other", box: [column * 300, row * 160, 176, 64] });
      const next = [`c-${row}-${(column + 1) % size}`, `c-${(row + 1) % size}-${column}`];
      for (const target of next) {
        flows.push({ id: `f-${flows.length}`, name: "what it carries", source: id, target });
      }
    }
  }
  return readDocument({ components, flows });
}

test("led anew piece by piece, every flow lies as on a fresh sheet", () => {
  const plot = new Plot();
  let doc = grid(6);
  plot.lies(doc);
  const edits: Change[] = [
    { kind: "component", id: "c-2-2", set: { box: [700, 400, 176, 64] } },
    { kind: "component", id: "c-0-0", remove: true },
    { kind: "flow", id: "f-20", set: { points: [[900, 500]] } },
    { kind: "component", id: "c-new", add: { type: "other", box: [480, 300, 100, 60] } },
  ];
  for (const edit of edits) {
    doc = applyChanges(doc, [edit]);
    expect([...plot.lies(doc)].map(([id, { points }]) => [id, points])).toEqual(ways(doc));
  }
});

test("what an edit does not come near stays the very same object", () => {
  const plot = new Plot();
  const doc = grid(6);
  const before = plot.lies(doc);
  const moved = applyChanges(doc, [
    { kind: "component", id: "c-5-5", set: { box: [1520, 830, 176, 64] } },
  ]);
  const after = plot.lies(moved);
  expect(after.get("f-0")).toBe(before.get("f-0"));
  expect([...after].filter(([id, lie]) => lie !== before.get(id)).length).toBeLessThan(20);
});

test("no label lies on a card or on another label", () => {
  const doc = applyChanges(sampleDocument(), [{ kind: "flow", id: "f-1", set: { name: "asks" } }]);
  for (const one of [doc, grid(5)]) {
    const taken: Box[] = [...one.component.values()].map(({ box }) => box);
    for (const { label, space } of new Plot().lies(one).values()) {
      if (!label) continue;
      const box: Box = [label[0] - space / 2, label[1] - 11, space, 22];
      expect(taken.some((other) => meets(box, other))).toBe(false);
      taken.push(box);
    }
  }
});
