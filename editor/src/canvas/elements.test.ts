import { expect, test } from "vitest";
import { applyChanges } from "../document/apply";
import { sampleCatalog, sampleDocument } from "../testing/sample";
import { places, withChanges } from "./drafts";
import { Elements, type Look } from "./elements";
import type { Drafts } from "./nodes";

const LOOK: Look = { selection: new Set(), editable: true, lit: null, detail: "near" };
const NO_DRAFTS: Drafts = new Map();

test("absolute places become places inside the zone", () => {
  const nodes = new Elements(sampleCatalog()).nodes(sampleDocument(), LOOK, NO_DRAFTS);
  expect(nodes.find((node) => node.id === "c-model")).toMatchObject({
    parentId: "z-vault",
    position: { x: 30, y: 50 },
  });
  expect(nodes.findIndex((node) => node.id === "z-prod")).toBeLessThan(
    nodes.findIndex((node) => node.id === "z-vault"),
  );
});

test("zones lie below flows, flows below cards", () => {
  const elements = new Elements(sampleCatalog());
  const nodes = elements.nodes(sampleDocument(), LOOK, NO_DRAFTS);
  const layer = (id: string) => nodes.find((node) => node.id === id)?.zIndex ?? 0;
  const flow = elements.edges(sampleDocument(), LOOK)[0]?.zIndex ?? 0;
  expect(layer("z-prod")).toBeLessThan(layer("z-vault"));
  expect(layer("z-vault")).toBeLessThan(flow);
  expect(flow).toBeLessThan(layer("c-api"));
});

test("an edit makes new objects for what it changed only", () => {
  const elements = new Elements(sampleCatalog());
  const doc = sampleDocument();
  const before = elements.nodes(doc, LOOK, NO_DRAFTS);
  const edited = applyChanges(doc, [{ kind: "component", id: "c-api", set: { name: "Scorer" } }]);
  const after = elements.nodes(edited, LOOK, NO_DRAFTS);
  const changed = after.filter((node, i) => node !== before[i]).map((node) => node.id);
  expect(changed).toEqual(["c-api"]);
});

test("a flow is marked at the zones that hold one of its ends", () => {
  const edges = new Elements(sampleCatalog()).edges(sampleDocument(), LOOK);
  expect(edges[0]?.data?.crossed).toEqual([
    [0, 0, 300, 400],
    [400, 0, 600, 400],
  ]);
  expect(edges[1]?.data?.crossed).toEqual([[700, 100, 250, 200]]);
});

test("what is dragged inside a zone that is dragged too ends up where the pointer left it", () => {
  const drafts = withChanges(new Map(), [
    { id: "z-prod", type: "position", position: { x: 500, y: 10 } },
    { id: "c-api", type: "position", position: { x: 60, y: 100 } },
  ]);
  expect(places(sampleDocument(), drafts)).toEqual(
    new Map([
      ["z-prod", [500, 10]],
      ["c-api", [560, 110]],
    ]),
  );
});

test("while something is dragged, everything else stays the very same object", () => {
  const elements = new Elements(sampleCatalog());
  const doc = sampleDocument();
  const before = elements.nodes(doc, LOOK, NO_DRAFTS);
  const after = elements.nodes(doc, LOOK, new Map([["c-api", { position: { x: 1, y: 2 } }]]));
  expect(after.filter((node, i) => node !== before[i])).toMatchObject([
    { id: "c-api", position: { x: 1, y: 2 } },
  ]);
});

test("from very far only the outermost zones are left, and flows are one picture", () => {
  const elements = new Elements(sampleCatalog());
  const plan: Look = { ...LOOK, detail: "plan" };
  const doc = applyChanges(sampleDocument(), [
    { kind: "component", id: "c-loose", add: { type: "other", name: "Loose" } },
  ]);
  const nodes = elements.nodes(doc, plan, NO_DRAFTS);
  expect(nodes.map(({ id, type }) => [id, type])).toEqual([
    ["z-net", "district"],
    ["z-prod", "district"],
    ["c-loose", "component"],
  ]);
  expect(elements.edges(doc, plan)).toEqual([]);
  expect(elements.edges(doc, LOOK)).toHaveLength(2);
});

test("what a lens leaves out is dimmed, and only that", () => {
  const elements = new Elements(sampleCatalog());
  const look: Look = { ...LOOK, lit: new Set(["c-api", "z-prod"]) };
  const nodes = elements.nodes(sampleDocument(), look, NO_DRAFTS);
  const lit = nodes.filter((node) => node.className !== "dim").map((node) => node.id);
  expect(lit.sort()).toEqual(["c-api", "z-prod"]);
  expect(elements.edges(sampleDocument(), look).every((edge) => edge.data?.dim)).toBe(true);
});

test("a note lies on the sheet by itself", () => {
  const doc = applyChanges(sampleDocument(), [
    { kind: "note", id: "n-1", add: { text: "Ask", box: [5, 6, 80, 50] } },
  ]);
  const nodes = new Elements(sampleCatalog()).nodes(doc, LOOK, NO_DRAFTS);
  expect(nodes.at(-1)).toMatchObject({ id: "n-1", type: "note", position: { x: 5, y: 6 } });
});
