import { expect, test } from "vitest";
import { applyChanges } from "./apply";
import { clipText, copy, paste, readClip } from "./clipboard";
import { sampleDocument } from "../testing/sample";

test("a copied zone brings its contents and the flows among them", () => {
  const clip = copy(sampleDocument(), ["z-prod"]);
  expect(clip.zones.map((zone) => zone.id)).toEqual(["z-prod", "z-vault"]);
  expect(clip.components.map((component) => component.id)).toEqual(["c-api", "c-model"]);
  expect(clip.flows.map((flow) => flow.id)).toEqual(["f-2"]);
});

test("pasted elements have new ids and point at each other", () => {
  const doc = sampleDocument();
  const { changes } = paste(doc, copy(doc, ["z-prod"]), 24);
  const pasted = applyChanges(doc, changes);
  expect(pasted.component.size).toBe(5);
  const flow = [...pasted.flow.values()].find((one) => !doc.flow.has(one.id));
  expect(doc.component.has(flow?.source ?? "")).toBe(false);
  const model = pasted.component.get(flow?.source ?? "");
  expect(pasted.zone.get(model?.zone ?? "")?.name).toBe("Vault");
  expect(model?.box).toEqual([754, 174, 176, 64]);
});

test("what the copy named and is gone since is left out", () => {
  const doc = sampleDocument();
  const clip = copy(doc, ["c-api"]);
  const bare = applyChanges(doc, [
    { kind: "zone", id: "z-prod", remove: true },
    { kind: "asset", id: "a-cards", remove: true },
  ]);
  expect(paste(bare, clip, 24).changes[0]).toMatchObject({ add: { zone: null, assets: [] } });
});

test("a clip survives the clipboard", () => {
  const clip = copy(sampleDocument(), ["z-prod"]);
  expect(readClip(JSON.stringify(clip))).toEqual(clip);
});

test.each([
  "",
  "null",
  "[]",
  "a -> b",
  '{"zones":[],"components":[{"id":1}],"flows":[]}',
  '{"zones":[{"id":"z","box":[0,0,1,null]}],"components":[],"flows":[]}',
])("what is no clip is not taken for one: %s", (text) => {
  expect(readClip(text)).toBeNull();
});

test("copied elements read as a quick start elsewhere", () => {
  expect(clipText(copy(sampleDocument(), ["z-prod"]))).toBe("API\nModel\nModel -> API");
});

test("notes are copied, and bends lie beside the copied cards", () => {
  const doc = applyChanges(sampleDocument(), [
    { kind: "note", id: "n-1", add: { text: "Ask", box: [0, 0, 100, 50] } },
    { kind: "flow", id: "f-2", set: { points: [[600, 180]] } },
  ]);
  const pasted = applyChanges(doc, paste(doc, copy(doc, ["z-prod", "n-1"]), 24).changes);
  const [note] = [...pasted.note.values()].filter(({ id }) => !doc.note.has(id));
  const [flow] = [...pasted.flow.values()].filter(({ id }) => !doc.flow.has(id));
  expect(note).toMatchObject({ text: "Ask", box: [24, 24, 100, 50] });
  expect(flow?.points).toEqual([[624, 204]]);
});

test("a clip whose bends are no points is none", () => {
  const clip = copy(sampleDocument(), ["z-prod"]);
  const flows = clip.flows.map((flow) => ({ ...flow, points: [["a", 1]] }));
  expect(readClip(JSON.stringify({ ...clip, flows }))).toBeNull();
});
