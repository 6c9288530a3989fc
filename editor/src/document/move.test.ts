import { expect, test } from "vitest";
import { sampleDocument } from "../testing/sample";
import { applyChanges } from "./apply";
import { moveElements, resizeZone } from "./move";
import type { Change, Doc } from "./types";

const BENT: Change = { kind: "flow", id: "f-2", set: { points: [[650, 140]] } };
const after = (doc: Doc, changes: readonly Change[]): Doc => applyChanges(doc, changes);

test("bends go along where both ends move alike", () => {
  const doc = after(sampleDocument(), [BENT]);
  const moved = after(doc, moveElements(doc, new Map([["z-prod", [410, 20]]])));
  expect(moved.flow.get("f-2")?.points).toEqual([[660, 160]]);
});

test("bends stay where only one end moves", () => {
  const doc = after(sampleDocument(), [BENT]);
  const moved = after(doc, moveElements(doc, new Map([["c-api", [460, 120]]])));
  expect(moved.flow.get("f-2")?.points).toEqual([[650, 140]]);
});

test("a note moves without belonging anywhere", () => {
  const doc = after(sampleDocument(), [
    { kind: "note", id: "n-1", add: { text: "x", box: [0, 0, 80, 50] } },
  ]);
  expect(moveElements(doc, new Map([["n-1", [450, 90]]]))).toEqual([
    { kind: "note", id: "n-1", set: { box: [450, 90, 80, 50] } },
  ]);
});

test("a zone resized to the left leaves what stands inside where it is", () => {
  const changes = resizeZone(sampleDocument(), "z-prod", [350, 0, 650, 400]);
  expect(changes).toEqual([{ kind: "zone", id: "z-prod", set: { box: [350, 0, 650, 400] } }]);
});

test("a wall that passes over a component takes it in, and lets it out again", () => {
  const doc = sampleDocument();
  const grown = after(doc, resizeZone(doc, "z-vault", [440, 90, 510, 210]));
  expect(grown.component.get("c-api")?.zone).toBe("z-vault");
  const shrunk = after(grown, resizeZone(grown, "z-vault", [700, 100, 250, 200]));
  expect(shrunk.component.get("c-api")?.zone).toBe("z-prod");
});
