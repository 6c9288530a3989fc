import { expect, test } from "vitest";
import { placeOn } from "../canvas/line";
import { Plot } from "../canvas/plot";
import type { Doc } from "../document/types";
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

test("a removed flow runs along its old way", () => {
  const before = sampleDocument();
  const [flow] = before.flow.values();
  if (!flow) throw new Error("the sample has a flow");
  const after = { ...before, flow: new Map() };
  const { lines } = marks(before, after, [change("flow", flow.id, "removed")]);
  expect(lines).toEqual([
    { id: flow.id, how: "removed", name: flow.name || "flow", ...along(before, flow.id) },
  ]);
});

function along(doc: Doc, id: string) {
  const points = new Plot().lies(doc).get(id)?.points ?? [];
  return { points, at: placeOn(points, 0.5) };
}

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
