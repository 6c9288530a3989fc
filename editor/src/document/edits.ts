import type { Catalog } from "./catalog";
import { guessFlowKind } from "./guess";
import { elementId } from "./ids";
import { CARD, ROOM } from "./read";
import { centre, zoneAndInner, zoneAt } from "./tree";
import type { Box, Change, CollectionKind, Doc } from "./types";

/** Every edit as a list of changes; `id` is that of the element just made, where there is one. */
export interface Edit {
  changes: Change[];
  id: string;
}

const BESIDE = CARD[0] + 24;
const BELOW = CARD[1] + 24;

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

export function addComponent(doc: Doc, catalog: Catalog, type: string, x: number, y: number): Edit {
  const id = elementId();
  const box: Box = [Math.round(x - CARD[0] / 2), Math.round(y - CARD[1] / 2), ...CARD];
  const add = { type, name: catalog.typeName(type), zone: zoneAt(doc, x, y), box };
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
export function kindOf(doc: Doc, id: string): "component" | "zone" | "flow" | null {
  if (doc.component.has(id)) return "component";
  if (doc.zone.has(id)) return "zone";
  return doc.flow.has(id) ? "flow" : null;
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

/**
 * Move elements to where they were dropped: absolute boxes, and the zone they now stand in.
 *
 * A zone takes everything inside along. `moved` holds the new top-left corners of what was
 * dragged; what stands inside a dragged zone is not in it.
 */
export function moveElements(
  doc: Doc,
  moved: ReadonlyMap<string, readonly [number, number]>,
): Change[] {
  const carried = new Set<string>();
  for (const id of moved.keys()) {
    if (doc.zone.has(id)) for (const inner of zoneAndInner(doc, id)) carried.add(inner);
  }
  const changes: Change[] = [];
  for (const [id, [x, y]] of moved) {
    const element = doc.component.get(id) ?? doc.zone.get(id);
    if (!element) continue;
    const box: Box = [Math.round(x), Math.round(y), element.box[2], element.box[3]];
    const dx = box[0] - element.box[0];
    const dy = box[1] - element.box[1];
    if (dx === 0 && dy === 0) continue;
    const place = zoneAt(doc, ...centre(box), carried);
    if (doc.zone.has(id)) {
      changes.push({ kind: "zone", id, set: { box, parent: place } });
      changes.push(...carryInside(doc, id, dx, dy, moved));
    } else {
      const zone = place ?? insideCarried(doc, id, moved);
      changes.push({ kind: "component", id, set: { box, zone } });
    }
  }
  return changes.map((change) => withoutUnchangedPlace(doc, change));
}

/** A component dragged together with its zone stays in it. */
function insideCarried(doc: Doc, id: string, moved: ReadonlyMap<string, unknown>): string | null {
  const zone = doc.component.get(id)?.zone ?? null;
  return zone !== null && moved.has(zone) ? zone : null;
}

function carryInside(
  doc: Doc,
  zoneId: string,
  dx: number,
  dy: number,
  moved: ReadonlyMap<string, unknown>,
): Change[] {
  const rooms = zoneAndInner(doc, zoneId);
  const shifted = (box: Box): Box => [box[0] + dx, box[1] + dy, box[2], box[3]];
  const changes: Change[] = [];
  for (const id of rooms) {
    const zone = doc.zone.get(id);
    if (!zone || id === zoneId || moved.has(id)) continue;
    changes.push({ kind: "zone", id, set: { box: shifted(zone.box) } });
  }
  for (const component of doc.component.values()) {
    if (component.zone === null || !rooms.has(component.zone) || moved.has(component.id)) continue;
    changes.push({ kind: "component", id: component.id, set: { box: shifted(component.box) } });
  }
  return changes;
}

/** Leave out `zone` or `parent` where it stays the same: less to collide with other people. */
function withoutUnchangedPlace(doc: Doc, change: Change): Change {
  if (!("set" in change)) return change;
  const { zone, parent, ...rest } = change.set;
  const was = doc.component.get(change.id)?.zone ?? doc.zone.get(change.id)?.parent ?? null;
  const place = change.kind === "zone" ? parent : zone;
  if (place === undefined || place === was) return { ...change, set: rest };
  return change;
}

/** Resize a zone; what stands inside stays where it is. */
export function resizeZone(doc: Doc, id: string, box: Box): Change[] {
  if (!doc.zone.has(id)) return [];
  const rounded = box.map(Math.round) as unknown as Box;
  return [{ kind: "zone", id, set: { box: rounded } }];
}

/** A new zone around components, which then stand in it; inside the zone that all of them share. */
export function zoneAround(doc: Doc, ids: readonly string[]): Edit | null {
  const components = ids.flatMap((id) => doc.component.get(id) ?? []);
  if (components.length === 0) return null;
  const id = elementId();
  const left = Math.min(...components.map(({ box }) => box[0])) - 32;
  const top = Math.min(...components.map(({ box }) => box[1])) - 56;
  const right = Math.max(...components.map(({ box }) => box[0] + box[2])) + 32;
  const bottom = Math.max(...components.map(({ box }) => box[1] + box[3])) + 32;
  const shared = new Set(components.map((component) => component.zone));
  const parent = shared.size === 1 ? (components[0]?.zone ?? null) : null;
  const box: Box = [left, top, right - left, bottom - top];
  return {
    id,
    changes: [
      { kind: "zone", id, add: { name: "New zone", parent, box } },
      ...components.map((component): Change => ({
        kind: "component",
        id: component.id,
        set: { zone: id },
      })),
    ],
  };
}
