import { expect, test } from "vitest";
import { applyChanges } from "./apply";
import { sampleDocument } from "../testing/sample";
import type { Change } from "./types";

const after = (...changes: Change[]) => applyChanges(sampleDocument(), changes);

test("an added component gets the values it leaves out", () => {
  const doc = after({ kind: "component", id: "c-new", add: { type: "other" } });
  expect(doc.component.get("c-new")).toMatchObject({
    zone: null,
    assets: [],
    attributes: {},
    note: "",
  });
});

test("an id that is taken is not added again", () => {
  const doc = after({ kind: "component", id: "c-api", add: { type: "other", name: "Impostor" } });
  expect(doc.component.get("c-api")?.name).toBe("API");
});

test("dotted keys set one attribute, null clears it", () => {
  const set = after({ kind: "component", id: "c-api", set: { "attributes.returns_scores": true } });
  expect(set.component.get("c-api")?.attributes).toEqual({ returns_scores: true });
  const cleared = applyChanges(set, [
    { kind: "component", id: "c-api", set: { "attributes.returns_scores": null } },
  ]);
  expect(cleared.component.get("c-api")?.attributes).toEqual({});
});

test("assets are added once and taken away", () => {
  const twice: Change = { kind: "component", id: "c-api", set: { "assets.+": ["a-cards", "a-2"] } };
  expect(after(twice, twice).component.get("c-api")?.assets).toEqual(["a-cards", "a-2"]);
  const none = after({ kind: "component", id: "c-api", set: { "assets.-": ["a-cards"] } });
  expect(none.component.get("c-api")?.assets).toEqual([]);
});

test("a removed component takes its flows along", () => {
  const doc = after({ kind: "component", id: "c-api", remove: true });
  expect([...doc.flow.keys()]).toEqual([]);
});

test("a removed zone gives its children to its parent", () => {
  expect(after({ kind: "zone", id: "z-vault", remove: true }).component.get("c-model")?.zone).toBe(
    "z-prod",
  );
  expect(
    after({ kind: "zone", id: "z-prod", remove: true }).zone.get("z-vault")?.parent,
  ).toBeNull();
});

test("a removed asset is taken out of everything that named it", () => {
  const doc = after({ kind: "asset", id: "a-cards", remove: true });
  expect(doc.component.get("c-api")?.assets).toEqual([]);
  expect(doc.flow.get("f-1")?.assets).toEqual([]);
});

test("what was not touched stays the same object", () => {
  const before = sampleDocument();
  const doc = applyChanges(before, [{ kind: "component", id: "c-api", set: { name: "Scorer" } }]);
  expect(doc.component.get("c-client")).toBe(before.component.get("c-client"));
  expect(doc.flow).toBe(before.flow);
  expect(before.component.get("c-api")?.name).toBe("API");
});

test("a change of something that is gone does nothing", () => {
  const before = sampleDocument();
  expect(applyChanges(before, [{ kind: "flow", id: "f-9", set: { name: "x" } }])).toBe(before);
});

test("ids that are names of object properties are ordinary ids", () => {
  const doc = after({
    kind: "component",
    id: "constructor",
    add: { type: "other", name: "__proto__" },
  });
  expect(doc.component.get("constructor")?.name).toBe("__proto__");
  expect(({} as { name?: string }).name).toBeUndefined();
});
