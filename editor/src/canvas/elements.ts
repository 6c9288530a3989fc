import { type Edge, type Node, type NodeHandle, Position } from "@xyflow/react";
import type { Catalog } from "../document/catalog";
import { zoneDepth, zonesOutermostFirst } from "../document/tree";
import type { Box, Component, Doc, Flow, Zone } from "../document/types";
import { type Lie, Plot } from "./plot";

export type ComponentNodeType = Node<{ component: Component }, "component">;
export type ZoneNodeType = Node<{ zone: Zone; trust: string; depth: number }, "zone">;
export type CanvasNode = ComponentNodeType | ZoneNodeType;
export type FlowEdgeType = Edge<
  { flow: Flow; lie: Lie; ends: readonly [Box, Box]; crossed: readonly Box[] },
  "flow"
>;

/** A place or size that the pointer is giving an element right now, relative to its zone. */
export interface Draft {
  position?: { x: number; y: number } | undefined;
  size?: { width: number; height: number } | undefined;
}

export type Drafts = ReadonlyMap<string, Draft>;

const FLOW_LAYER = 100;
const CARD_LAYER = 1000;

function handles(width: number, height: number): NodeHandle[] {
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

function relative(box: Box, parent: Zone | undefined): { x: number; y: number } {
  return { x: box[0] - (parent?.box[0] ?? 0), y: box[1] - (parent?.box[1] ?? 0) };
}

/** Remembers what it made from what, so that unchanged elements stay the same objects. */
class Memory<T> {
  private made = new Map<string, { from: readonly unknown[]; value: T }>();
  private next = new Map<string, { from: readonly unknown[]; value: T }>();

  recall(id: string, from: readonly unknown[], make: () => T): T {
    const known = this.made.get(id);
    const same = known !== undefined && known.from.every((part, i) => part === from[i]);
    const entry = same ? known : { from, value: make() };
    this.next.set(id, entry);
    return entry.value;
  }

  /** What was not asked for in this round is forgotten. */
  endRound(): void {
    this.made = this.next;
    this.next = new Map();
  }
}

/** The document as React Flow wants it, made anew only where something changed. */
export class Elements {
  private readonly nodeMemory = new Memory<CanvasNode>();
  private readonly edgeMemory = new Memory<FlowEdgeType>();
  private readonly plot = new Plot();
  private readonly catalog: Catalog;

  constructor(catalog: Catalog) {
    this.catalog = catalog;
  }

  nodes(doc: Doc, selection: ReadonlySet<string>, drafts: Drafts, editable: boolean): CanvasNode[] {
    const zones = zonesOutermostFirst(doc).map((zone) => {
      const parent = zone.parent === null ? undefined : doc.zone.get(zone.parent);
      const from = [zone, parent, selection.has(zone.id), drafts.get(zone.id), editable];
      return this.nodeMemory.recall(zone.id, from, () =>
        this.zone(doc, zone, parent, selection.has(zone.id), drafts.get(zone.id), editable),
      );
    });
    const components = [...doc.component.values()].map((component) => {
      const parent = component.zone === null ? undefined : doc.zone.get(component.zone);
      const chosen = selection.has(component.id);
      const from = [component, parent, chosen, drafts.get(component.id), editable];
      return this.nodeMemory.recall(component.id, from, () =>
        this.component(component, parent, chosen, drafts.get(component.id), editable),
      );
    });
    this.nodeMemory.endRound();
    return [...zones, ...components];
  }

  edges(doc: Doc, selection: ReadonlySet<string>): FlowEdgeType[] {
    const lies = this.plot.lies(doc);
    const edges = [...doc.flow.values()].flatMap((flow) => {
      const source = doc.component.get(flow.source);
      const target = doc.component.get(flow.target);
      const lie = lies.get(flow.id);
      if (!source || !target || !lie) return [];
      const from = [flow, source, target, selection.has(flow.id), doc.zone, lie];
      return [
        this.edgeMemory.recall(flow.id, from, () =>
          this.flow(doc, flow, source, target, selection.has(flow.id), lie),
        ),
      ];
    });
    this.edgeMemory.endRound();
    return edges;
  }

  private zone(
    doc: Doc,
    zone: Zone,
    parent: Zone | undefined,
    selected: boolean,
    draft: Draft | undefined,
    editable: boolean,
  ): ZoneNodeType {
    const depth = zoneDepth(doc, zone.id);
    const trust = zone.trust ?? this.catalog.zoneKinds.get(zone.kind ?? "")?.trust ?? "unknown";
    const size = draft?.size ?? { width: zone.box[2], height: zone.box[3] };
    return {
      id: zone.id,
      type: "zone",
      data: { zone, trust, depth },
      ...size,
      measured: size,
      position: draft?.position ?? relative(zone.box, parent),
      ...(parent ? { parentId: parent.id } : {}),
      selected,
      draggable: editable,
      connectable: false,
      zIndex: depth,
      ariaLabel: `Zone ${zone.name}, ${trust}`,
      dragHandle: ".zone-tab",
    };
  }

  private component(
    component: Component,
    parent: Zone | undefined,
    selected: boolean,
    draft: Draft | undefined,
    editable: boolean,
  ): ComponentNodeType {
    const [, , width, height] = component.box;
    const place = parent ? `in ${parent.name}` : "in no zone";
    return {
      id: component.id,
      type: "component",
      data: { component },
      width,
      height,
      measured: { width, height },
      handles: handles(width, height),
      position: draft?.position ?? relative(component.box, parent),
      ...(parent ? { parentId: parent.id } : {}),
      selected,
      draggable: editable,
      connectable: editable,
      zIndex: CARD_LAYER,
      ariaLabel: `${component.name}, ${this.catalog.typeName(component.type)}, ${place}`,
    };
  }

  private flow(
    doc: Doc,
    flow: Flow,
    source: Component,
    target: Component,
    selected: boolean,
    lie: Lie,
  ): FlowEdgeType {
    const kind = this.catalog.flowKinds.get(flow.kind)?.name ?? flow.kind;
    return {
      id: flow.id,
      type: "flow",
      source: flow.source,
      target: flow.target,
      selected,
      data: {
        flow,
        lie,
        ends: [source.box, target.box],
        crossed: crossedRooms(doc, source, target),
      },
      zIndex: FLOW_LAYER,
      ariaLabel: `${flow.name || kind}, ${kind} flow from ${source.name} to ${target.name}`,
    };
  }
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
function crossedRooms(doc: Doc, source: Component, target: Component): Box[] {
  const from = roomsAround(doc, source);
  const to = roomsAround(doc, target);
  const between = [...from, ...to].filter((id) => !(from.has(id) && to.has(id)));
  return between.flatMap((id) => {
    const zone = doc.zone.get(id);
    return zone ? [zone.box] : [];
  });
}
