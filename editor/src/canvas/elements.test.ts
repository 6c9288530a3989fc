import { expect, test } from "vitest";
import { applyChanges } from "../document/apply";
import { sampleCatalog, sampleDocument } from "../testing/sample";
import { places, withChanges } from "./drafts";
import { type Drafts, Elements, type Look } from "./elements";

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
