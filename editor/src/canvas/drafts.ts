import type { NodeChange } from "@xyflow/react";
import type { Box, Doc } from "../document/types";
import type { CanvasNode, Draft, Drafts } from "./elements";

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
  const boxes = [...places(doc, drafts)].flatMap(([id, [x, y]]): [string, Box][] => {
    const element = doc.component.get(id) ?? doc.zone.get(id);
    return element ? [[id, [x, y, element.box[2], element.box[3]]]] : [];
  });
  return boxes.length === 0 ? null : Object.fromEntries(boxes);
}
