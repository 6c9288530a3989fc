import { expect, test } from "vitest";
import { applyChanges } from "./apply";
import { columns, readSketch, sketchChanges } from "./quickstart";
import { sampleCatalog, sampleDocument } from "../testing/sample";

test("lines are components, arrows are flows, a colon names a flow", () => {
  const sketch = readSketch(
    "- User\n\n# a remark\nuser -> API: sends a picture\nAPI => Store → Log",
  );
  expect(sketch.names).toEqual(["User", "API", "Store", "Log"]);
  expect(sketch.flows).toEqual([
    { source: "User", target: "API", name: "sends a picture" },
    { source: "API", target: "Store", name: "" },
    { source: "Store", target: "Log", name: "" },
  ]);
});

test("a flow to itself and an arrow to nowhere make no flow", () => {
  expect(readSketch("a -> a\nb ->").flows).toEqual([]);
});

test("cycles do not push columns on for ever", () => {
  const column = columns(readSketch("a -> b -> c -> a"));
  expect(Math.max(...column.values())).toBeLessThan(3);
});

test("types are guessed from the words of the name", () => {
  const changes = sketchChanges(
    sampleDocument(),
    sampleCatalog(),
    "Training data set\nChat LLM\nThing",
  );
  expect(changes.map((change) => "add" in change && change.add.type)).toEqual([
    "data-set",
    "llm-endpoint",
    "other",
  ]);
});

test("names that are drawn already are joined, not drawn again", () => {
  const doc = sampleDocument();
  const changes = sketchChanges(doc, sampleCatalog(), "api -> Audit");
  const drawn = applyChanges(doc, changes);
  expect(drawn.component.size).toBe(4);
  expect(changes.at(-1)).toMatchObject({ kind: "flow", add: { source: "c-api" } });
});

test("no two components of a sketch lie on each other", () => {
  const text = Array.from({ length: 30 }, (_, i) => `Part ${i}`).join("\n");
  const changes = sketchChanges(sampleDocument(), sampleCatalog(), text);
  const places = changes.map((change) => "add" in change && String(change.add.box));
  expect(new Set(places).size).toBe(30);
});

test("markup in a name stays text", () => {
  expect(readSketch("<img src=x onerror=alert(1)>").names).toEqual([
    "<img src=x onerror=alert(1)>",
  ]);
});
