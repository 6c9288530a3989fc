import { boxOf, roomsOf, shiftedBox, shiftedPoints } from "./boxes";
import { centre, contains, zoneAt } from "./tree";
import type { Box, Change, Doc, Point } from "./types";

/* Moving and resizing: absolute boxes, and the zone in which things then stand. */

type Shift = readonly [dx: number, dy: number];

/**
 * Move elements to where they were dropped: absolute boxes, and the zone they now stand in.
 *
 * A zone takes everything inside along, and flows between moved cards keep their bends. `moved`
 * holds the new top-left corners of what was dragged; what stands inside a dragged zone is not in
 * it.
 */
export function moveElements(
  doc: Doc,
  moved: ReadonlyMap<string, readonly [number, number]>,
): Change[] {
  const carried = roomsOf(doc, moved.keys());
  const shifts = new Map<string, Shift>();
  const changes: Change[] = [];
  for (const [id, [x, y]] of moved) {
    const was = boxOf(doc, id);
    if (!was) continue;
    const box: Box = [Math.round(x), Math.round(y), was[2], was[3]];
    const shift = [box[0] - was[0], box[1] - was[1]] as const;
    if (shift[0] === 0 && shift[1] === 0) continue;
    changes.push(placed(doc, id, box, carried, moved));
    shifts.set(id, shift);
    if (doc.zone.has(id)) changes.push(...carryInside(doc, id, shift, moved, shifts));
  }
  const kept = changes.map((change) => withoutUnchangedPlace(doc, change));
  return [...kept, ...bendsAlong(doc, shifts)];
}

function placed(
  doc: Doc,
  id: string,
  box: Box,
  carried: ReadonlySet<string>,
  moved: ReadonlyMap<string, unknown>,
): Change {
  if (doc.note.has(id)) return { kind: "note", id, set: { box } };
  const place = zoneAt(doc, ...centre(box), carried);
  if (doc.zone.has(id)) return { kind: "zone", id, set: { box, parent: place } };
  return { kind: "component", id, set: { box, zone: place ?? insideCarried(doc, id, moved) } };
}

/** A component dragged together with its zone stays in it. */
function insideCarried(doc: Doc, id: string, moved: ReadonlyMap<string, unknown>): string | null {
  const zone = doc.component.get(id)?.zone ?? null;
  return zone !== null && moved.has(zone) ? zone : null;
}

function carryInside(
  doc: Doc,
  zoneId: string,
  [dx, dy]: Shift,
  moved: ReadonlyMap<string, unknown>,
  shifts: Map<string, Shift>,
): Change[] {
  const rooms = roomsOf(doc, [zoneId]);
  const changes: Change[] = [];
  for (const id of rooms) {
    const zone = doc.zone.get(id);
    if (!zone || id === zoneId || moved.has(id)) continue;
    changes.push({ kind: "zone", id, set: { box: shiftedBox(zone.box, dx, dy) } });
  }
  for (const { id, zone, box } of doc.component.values()) {
    if (zone === null || !rooms.has(zone) || moved.has(id)) continue;
    shifts.set(id, [dx, dy]);
    changes.push({ kind: "component", id, set: { box: shiftedBox(box, dx, dy) } });
  }
  return changes;
}

/** Bends go along where both ends have moved alike; else they stay for people to mend. */
function bendsAlong(doc: Doc, shifts: ReadonlyMap<string, Shift>): Change[] {
  const changes: Change[] = [];
  for (const { id, source, target, points } of doc.flow.values()) {
    const [from, to] = [shifts.get(source), shifts.get(target)];
    if (points.length === 0 || !from || !to) continue;
    if (from[0] !== to[0] || from[1] !== to[1]) continue;
    changes.push({ kind: "flow", id, set: { points: shiftedPoints(points, ...from) } });
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

/**
 * Resize a zone; what stands on the sheet stays where it is.
 *
 * A wall that passes over a component takes it in or leaves it to the zone around, so that the
 * model says what the picture shows.
 */
export function resizeZone(doc: Doc, id: string, box: Box): Change[] {
  const zone = doc.zone.get(id);
  if (!zone) return [];
  const rounded = box.map(Math.round) as unknown as Box;
  const changes: Change[] = [{ kind: "zone", id, set: { box: rounded } }];
  for (const component of doc.component.values()) {
    const middle: Point = centre(component.box);
    const [was, is] = [contains(zone.box, ...middle), contains(rounded, ...middle)];
    if (was === is) continue;
    const entered = is && component.zone === zone.parent;
    const left = was && component.zone === id;
    if (!entered && !left) continue;
    changes.push({
      kind: "component",
      id: component.id,
      set: { zone: entered ? id : zone.parent },
    });
  }
  return changes;
}

/** Resize a note. */
export function resizeNote(id: string, box: Box): Change[] {
  return [{ kind: "note", id, set: { box: box.map(Math.round) } }];
}
