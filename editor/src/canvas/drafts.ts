import type { NodeChange } from "@xyflow/react";
import { boxAround, boxOf, roomsOf } from "../document/boxes";
import type { Box, Doc } from "../document/types";
import { meets } from "./line";
import type { CanvasNode, Draft, Drafts } from "./nodes";
import { snap, type Guide } from "./snap";

/** Take in what the pointer or the arrow keys did to places and sizes. */
export function withChanges(drafts: Drafts, changes: readonly NodeChange<CanvasNode>[]): Drafts {
  const next = new Map<string, Draft>(drafts);
  for (const change of changes) {
    if (change.type === "position" && change.position) {
      next.set(change.id, { ...next.get(change.id), position: change.position });
    }
    // Without `resizing` it is React Flow measuring what it drew, which says nothing new.
    if (change.type === "dimensions" && change.resizing === true && change.dimensions) {
      next.set(change.id, { ...next.get(change.id), size: change.dimensions });
    }
  }
  return next;
}

/** Where a draft's parent zone stands, itself perhaps being dragged. */
function origin(doc: Doc, zoneId: string | null, drafts: Drafts): readonly [number, number] {
  const zone = zoneId === null ? undefined : doc.zone.get(zoneId);
  if (!zone) return [0, 0];
  const position = drafts.get(zone.id)?.position;
  if (!position) return [zone.box[0], zone.box[1]];
  const [x, y] = origin(doc, zone.parent, drafts);
  return [x + position.x, y + position.y];
}

/** The absolute top-left corners of everything that has a draft place. */
export function places(doc: Doc, drafts: Drafts): Map<string, readonly [number, number]> {
  const found = new Map<string, readonly [number, number]>();
  for (const [id, draft] of drafts) {
    const zoneId = doc.component.get(id)?.zone ?? doc.zone.get(id)?.parent ?? null;
    if (!draft.position) continue;
    const [x, y] = origin(doc, zoneId, drafts);
    found.set(id, [x + draft.position.x, y + draft.position.y]);
  }
  return found;
}

/** Outlines of what is being dragged, for the other people. */
export function ghosts(doc: Doc, drafts: Drafts): Record<string, Box> | null {
  const boxes = draggedBoxes(doc, drafts);
  return boxes.size === 0 ? null : Object.fromEntries(boxes);
}

function draggedBoxes(doc: Doc, drafts: Drafts): Map<string, Box> {
  const found = new Map<string, Box>();
  for (const [id, [x, y]] of places(doc, drafts)) {
    const box = boxOf(doc, id);
    if (box) found.set(id, [x, y, box[2], box[3]]);
  }
  return found;
}

/** What a dragged thing can settle on: boxes in sight that are not dragged along. */
export function neighbours(doc: Doc, dragged: Iterable<string>, sight: Box): Box[] {
  const taken = new Set(dragged);
  const rooms = roomsOf(doc, taken);
  return [
    ...[...doc.component.values()].filter(({ id, zone }) => {
      return !taken.has(id) && (zone === null || !rooms.has(zone));
    }),
    ...[...doc.zone.values()].filter(({ id }) => !rooms.has(id)),
    ...[...doc.note.values()].filter(({ id }) => !taken.has(id)),
  ]
    .map(({ box }) => box)
    .filter((box) => meets(sight, box));
}

/** The drafts on the lines of their neighbours, and those lines. */
export function snapped(
  doc: Doc,
  drafts: Drafts,
  others: readonly Box[],
  reach: number,
): { drafts: Drafts; guides: readonly Guide[] } {
  const box = boxAround(draggedBoxes(doc, drafts).values());
  if (!box) return { drafts, guides: [] };
  const { dx, dy, guides } = snap(box, others, reach);
  if (guides.length === 0) return { drafts, guides };
  const moved = new Map<string, Draft>(drafts);
  for (const [id, draft] of drafts) {
    const place = doc.component.get(id)?.zone ?? doc.zone.get(id)?.parent ?? null;
    // What stands in a dragged zone is placed by that zone.
    if (!draft.position || (place !== null && drafts.has(place))) continue;
    const position = { x: draft.position.x + dx, y: draft.position.y + dy };
    moved.set(id, { ...draft, position });
  }
  return { drafts: moved, guides };
}
