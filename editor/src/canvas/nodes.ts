import { type Edge, type Node, type NodeHandle, Position } from "@xyflow/react";
import type { Box, Component, Doc, Flow, Note, Trust, Zone } from "../document/types";
import type { Lie } from "./plot";
import { t } from "../words/t";

/* What React Flow is given for each element, and how it is measured without drawing it. */

/** A zone's trust, its own or its kind's, as far as it is known. */
export type Trusted = Trust | "unknown";

export type ComponentNodeType = Node<{ component: Component }, "component">;
export type ZoneNodeType = Node<{ zone: Zone; trust: Trusted; depth: number }, "zone">;
export type DistrictNodeType = Node<{ zone: Zone; trust: Trusted }, "district">;
export type NoteNodeType = Node<{ note: Note }, "note">;
export type CanvasNode = ComponentNodeType | ZoneNodeType | DistrictNodeType | NoteNodeType;
export type FlowEdgeType = Edge<
  { flow: Flow; lie: Lie; dim: boolean; ends: readonly [Box, Box]; crossed: readonly Box[] },
  "flow"
>;

/** A place or size that the pointer is giving an element right now, relative to its zone. */
export interface Draft {
  position?: { x: number; y: number } | undefined;
  size?: { width: number; height: number } | undefined;
}

export type Drafts = ReadonlyMap<string, Draft>;

export const FLOW_LAYER = 100;
const NOTE_LAYER = 900;
export const CARD_LAYER = 1000;

export function handles(width: number, height: number): NodeHandle[] {
  const at = (id: Position, x: number, y: number): NodeHandle => ({
    id,
    type: "source",
    position: id,
    x,
    y,
    width: 1,
    height: 1,
  });
  return [
    at(Position.Top, width / 2, 0),
    at(Position.Right, width, height / 2),
    at(Position.Bottom, width / 2, height),
    at(Position.Left, 0, height / 2),
  ];
}

export function relative(box: Box, parent: Zone | undefined): { x: number; y: number } {
  return { x: box[0] - (parent?.box[0] ?? 0), y: box[1] - (parent?.box[1] ?? 0) };
}

export function noteNode(note: Note): NoteNodeType {
  return {
    id: note.id,
    type: "note",
    data: { note },
    ...sized(note.box),
    position: relative(note.box, undefined),
    connectable: false,
    zIndex: NOTE_LAYER,
    ariaLabel: note.text === "" ? t("Note: empty") : t("Note: {text}", { text: note.text }),
  };
}

/** The node where the pointer has it right now. */
export function drafted(node: CanvasNode, draft: Draft | undefined): CanvasNode {
  if (!draft) return node;
  return {
    ...node,
    ...(draft.size ? { ...draft.size, measured: draft.size } : {}),
    ...(draft.position ? { position: draft.position } : {}),
  };
}

export function sized([, , width, height]: Box) {
  return { width, height, measured: { width, height } };
}

function roomsAround(doc: Doc, component: Component): Set<string> {
  const rooms = new Set<string>();
  for (
    let at = component.zone;
    at !== null && !rooms.has(at);
    at = doc.zone.get(at)?.parent ?? null
  ) {
    rooms.add(at);
  }
  return rooms;
}

/** The zones that hold one end of the flow and not the other. */
export function crossedRooms(doc: Doc, source: Component, target: Component): Box[] {
  const from = roomsAround(doc, source);
  const to = roomsAround(doc, target);
  const between = [...from, ...to].filter((id) => !(from.has(id) && to.has(id)));
  return between.flatMap((id) => {
    const zone = doc.zone.get(id);
    return zone ? [zone.box] : [];
  });
}
