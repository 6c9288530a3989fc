import { expect, test } from "vitest";
import { sampleDocument } from "../testing/sample";
import { marks } from "./marks";
import type { ElementChange, How } from "./messages";

const change = (kind: string, id: string, how: How): ElementChange => ({
  kind,
  id,
  how,
  name: id,
  properties: [],
});

test("what was removed is marked where it was, what is there where it is", () => {
  const before = sampleDocument();
  const [gone, kept] = [...before.component.values()];
  if (!gone || !kept) throw new Error("the sample has two components");
  const moved = { ...kept, box: [900, 900, 176, 64] as const };
  const after = { ...before, component: new Map([[kept.id, moved]]) };
  const found = marks(before, after, [
    change("component", gone.id, "removed"),
    change("component", kept.id, "changed"),
  ]);
  expect(found.boxes.map(({ how, box }) => [how, box])).toEqual([
    ["removed", gone.box],
    ["changed", moved.box],
  ]);
});

test("a removed flow runs between the middles of its cards", () => {
  const before = sampleDocument();
  const [flow] = before.flow.values();
  if (!flow) throw new Error("the sample has a flow");
  const after = { ...before, flow: new Map() };
  const { lines } = marks(before, after, [change("flow", flow.id, "removed")]);
  const [x, y, width, height] = before.component.get(flow.source)?.box ?? [0, 0, 0, 0];
  expect(lines.map(({ id, from }) => [id, from])).toEqual([
    [flow.id, [x + width / 2, y + height / 2]],
  ]);
});

test("what only moved, and what is not drawn, has no mark", () => {
  const doc = sampleDocument();
  const [one] = doc.component.keys();
  const found = marks(doc, doc, [
    change("component", one ?? "", "moved"),
    change("asset", "a-1", "added"),
    change("system", "system", "changed"),
    change("flow", "f-unknown", "added"),
  ]);
  expect(found).toEqual({ boxes: [], lines: [] });
});
