import { zoneAndInner } from "./tree";
import type { Box, Doc, Point } from "./types";

/* Where things lie on the sheet, whatever they are. */

/** The box of a component, a zone or a note. */
export function boxOf(doc: Doc, id: string): Box | null {
  return (doc.component.get(id) ?? doc.zone.get(id) ?? doc.note.get(id))?.box ?? null;
}

/** The box around boxes; null around none. */
export function boxAround(boxes: Iterable<Box>): Box | null {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const [x, y, width, height] of boxes) {
    left = Math.min(left, x);
    top = Math.min(top, y);
    right = Math.max(right, x + width);
    bottom = Math.max(bottom, y + height);
  }
  return right < left ? null : [left, top, right - left, bottom - top];
}

/** What lies between a zone's edges and what stands in it; above there is its name. */
export const WALLS = { left: 32, top: 56, right: 32, bottom: 32 } as const;

/** The box of a zone that stands around something. */
export function walled([x, y, width, height]: Box): Box {
  const { left, top, right, bottom } = WALLS;
  return [x - left, y - top, width + left + right, height + top + bottom];
}

/** Everything that is drawn. */
export function extent(doc: Doc): Box | null {
  const rows = [...doc.zone.values(), ...doc.component.values(), ...doc.note.values()];
  return boxAround(rows.map((row) => row.box));
}

export const shiftedBox = ([x, y, width, height]: Box, dx: number, dy: number): Box => [
  x + dx,
  y + dy,
  width,
  height,
];

export const shiftedPoints = (points: readonly Point[], dx: number, dy: number): Point[] =>
  points.map(([x, y]): Point => [x + dx, y + dy]);

/** The zones among `ids` and all zones inside them. */
export function roomsOf(doc: Doc, ids: Iterable<string>): Set<string> {
  return new Set([...ids].flatMap((id) => (doc.zone.has(id) ? [...zoneAndInner(doc, id)] : [])));
}

/** What moves by itself when `ids` move: what stands in a zone among them goes along with it. */
export function movedByHand(doc: Doc, ids: Iterable<string>): string[] {
  const chosen = [...ids];
  const rooms = roomsOf(doc, chosen);
  return chosen.filter((id) => {
    const zone = doc.zone.get(id);
    const place = zone ? zone.parent : (doc.component.get(id)?.zone ?? null);
    return boxOf(doc, id) !== null && (place === null || !rooms.has(place));
  });
}
