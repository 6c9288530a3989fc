import type { Catalog } from "./catalog";
import { boxAround, walled } from "./boxes";
import { guessFlowKind } from "./guess";
import { elementId } from "./ids";
import { CARD, ROOM } from "./read";
import { centre, zoneAt } from "./tree";
import type { Box, Change, CollectionKind, Doc } from "./types";
import { t } from "../words/t";

/** Every edit as a list of changes; `id` is that of the element just made, where there is one. */
export interface Edit {
  changes: Change[];
  id: string;
}

/** Room between new cards for flows, their labels and a hand that draws them. */
const BESIDE = CARD[0] + 80;
const BELOW = CARD[1] + 56;

/** The nearest place, by whole cards, where a new card would lie on no other. */
export function freePlace(doc: Doc, x: number, y: number): [number, number] {
  const taken = (atX: number, atY: number): boolean =>
    [...doc.component.values()].some(({ box }) => {
      const [otherX, otherY] = centre(box);
      return (
        Math.abs(otherX - atX) < (box[2] + CARD[0]) / 2 &&
        Math.abs(otherY - atY) < (box[3] + CARD[1]) / 2
      );
    });
  for (let ring = 0; ; ring += 1) {
    for (let row = -ring; row <= ring; row += 1) {
      for (let column = -ring; column <= ring; column += 1) {
        if (Math.max(Math.abs(row), Math.abs(column)) !== ring) continue;
        const place: [number, number] = [x + column * BESIDE, y + row * BELOW];
        if (!taken(...place)) return place;
      }
    }
  }
}

export function addComponent(
  doc: Doc,
  catalog: Catalog,
  type: string,
  x: number,
  y: number,
  name = catalog.typeName(type),
): Edit {
  const id = elementId();
  const box: Box = [Math.round(x - CARD[0] / 2), Math.round(y - CARD[1] / 2), ...CARD];
  const add = { type, name, zone: zoneAt(doc, x, y), box };
  return { id, changes: [{ kind: "component", id, add }] };
}

export function addZone(doc: Doc, catalog: Catalog, kind: string, x: number, y: number): Edit {
  const id = elementId();
  const box: Box = [Math.round(x - ROOM[0] / 2), Math.round(y - ROOM[1] / 2), ...ROOM];
  const add = { kind, name: catalog.zoneKindName(kind), parent: zoneAt(doc, x, y), box };
  return { id, changes: [{ kind: "zone", id, add }] };
}

export function connect(doc: Doc, catalog: Catalog, source: string, target: string): Edit | null {
  const from = doc.component.get(source);
  const to = doc.component.get(target);
  if (!from || !to || source === target) return null;
  const id = elementId();
  const kind = guessFlowKind(catalog, from.type, to.type);
  return { id, changes: [{ kind: "flow", id, add: { kind, source, target } }] };
}

/** Which collection an id belongs to, of those that can be selected on the canvas. */
export function kindOf(doc: Doc, id: string): "component" | "zone" | "flow" | "note" | null {
  if (doc.component.has(id)) return "component";
  if (doc.zone.has(id)) return "zone";
  if (doc.flow.has(id)) return "flow";
  return doc.note.has(id) ? "note" : null;
}

/** The collection of any id that a question may name. */
export function collectionOf(doc: Doc, id: string): CollectionKind | null {
  return kindOf(doc, id) ?? (doc.asset.has(id) ? "asset" : null);
}

/** Remove what is selected; flows that go with a removed component need no change of their own. */
export function removeAll(doc: Doc, ids: Iterable<string>): Change[] {
  const chosen = new Set(ids);
  const changes: Change[] = [];
  for (const id of chosen) {
    const kind = kindOf(doc, id);
    if (kind === null) continue;
    const flow = kind === "flow" ? doc.flow.get(id) : undefined;
    if (flow && (chosen.has(flow.source) || chosen.has(flow.target))) continue;
    changes.push({ kind, id, remove: true });
  }
  return changes;
}

/** A new zone around components, which then stand in it; inside the zone that all of them share. */
export function zoneAround(doc: Doc, ids: readonly string[]): Edit | null {
  const components = ids.flatMap((id) => doc.component.get(id) ?? []);
  const inner = boxAround(components.map(({ box }) => box));
  if (!inner) return null;
  const id = elementId();
  const box = walled(inner);
  const shared = new Set(components.map((component) => component.zone));
  const parent = shared.size === 1 ? (components[0]?.zone ?? null) : null;
  return {
    id,
    changes: [
      { kind: "zone", id, add: { name: t("New zone"), parent, box } },
      ...components.map((component): Change => ({
        kind: "component",
        id: component.id,
        set: { zone: id },
      })),
    ],
  };
}
