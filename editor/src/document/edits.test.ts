import { expect, test } from "vitest";
import { applyChanges } from "./apply";
import { addComponent, connect, freePlace, removeAll, zoneAround } from "./edits";
import { moveElements } from "./move";
import { sampleCatalog, sampleDocument } from "../testing/sample";

test("a component lands in the innermost zone under it", () => {
  const edit = addComponent(sampleDocument(), sampleCatalog(), "data-set", 800, 250);
  expect(edit.changes[0]).toMatchObject({ add: { zone: "z-vault", box: [712, 218, 176, 64] } });
});

test("dropped in another zone, a component stands there", () => {
  const doc = sampleDocument();
  const changes = moveElements(doc, new Map([["c-client", [720, 200]]]));
  expect(changes).toEqual([
    { kind: "component", id: "c-client", set: { box: [720, 200, 176, 64], zone: "z-vault" } },
  ]);
});

test("dropped outside every zone, its place is unknown", () => {
  const changes = moveElements(sampleDocument(), new Map([["c-client", [2000, 2000]]]));
  expect(changes[0]).toMatchObject({ set: { zone: null } });
});

test("moved within its zone, it says nothing about the zone", () => {
  const [change] = moveElements(sampleDocument(), new Map([["c-client", [60, 110]]]));
  expect(change).toEqual({ kind: "component", id: "c-client", set: { box: [60, 110, 176, 64] } });
});

test("a moved zone carries everything inside, and leaves it inside", () => {
  const doc = sampleDocument();
  const moved = applyChanges(doc, moveElements(doc, new Map([["z-prod", [500, 50]]])));
  expect(moved.zone.get("z-vault")?.box).toEqual([800, 150, 250, 200]);
  expect(moved.component.get("c-model")).toMatchObject({
    box: [830, 200, 176, 64],
    zone: "z-vault",
  });
  expect(moved.component.get("c-client")?.box).toEqual([50, 100, 176, 64]);
});

test("a zone is never put into itself", () => {
  const doc = sampleDocument();
  const moved = applyChanges(doc, moveElements(doc, new Map([["z-prod", [710, 110]]])));
  expect(moved.zone.get("z-prod")?.parent).toBeNull();
});

test("what did not move is not written", () => {
  expect(moveElements(sampleDocument(), new Map([["c-api", [450, 100]]]))).toEqual([]);
});

test("a flow is of the kind that its ends suggest", () => {
  const doc = sampleDocument();
  expect(connect(doc, sampleCatalog(), "c-client", "c-api")?.changes[0]).toMatchObject({
    add: { kind: "request", source: "c-client", target: "c-api" },
  });
  expect(connect(doc, sampleCatalog(), "c-api", "c-api")).toBeNull();
});

test("flows that go along with their component are not removed twice", () => {
  expect(removeAll(sampleDocument(), ["c-api", "f-1"])).toEqual([
    { kind: "component", id: "c-api", remove: true },
  ]);
});

test("a zone around components stands inside the zone they share", () => {
  const doc = sampleDocument();
  const edit = zoneAround(doc, ["c-api"]);
  const drawn = applyChanges(doc, edit?.changes ?? []);
  expect(drawn.component.get("c-api")?.zone).toBe(edit?.id);
  expect(drawn.zone.get(edit?.id ?? "")?.parent).toBe("z-prod");
});

test("a free place lies on no other card, and is the wanted one where that is free", () => {
  let doc = sampleDocument();
  expect(freePlace(doc, 2000, 2000)).toEqual([2000, 2000]);
  for (let i = 0; i < 20; i += 1) {
    const { changes } = addComponent(doc, sampleCatalog(), "other", ...freePlace(doc, 500, 130));
    doc = applyChanges(doc, changes);
  }
  const boxes = [...doc.component.values()].map((component) => component.box);
  const overlaps = boxes.filter((a, i) =>
    boxes.some((b, j) => i < j && Math.abs(a[0] - b[0]) < 176 && Math.abs(a[1] - b[1]) < 64),
  );
  expect(overlaps).toEqual([]);
});
