import type { Catalog } from "../document/catalog";
import { zoneDepth, zonesOutermostFirst } from "../document/tree";
import type { Component, Doc, Flow, Note, Zone } from "../document/types";
import type { Detail } from "./detail";
import { Last, Memory } from "./memory";
import {
  CARD_LAYER,
  type CanvasNode,
  type ComponentNodeType,
  crossedRooms,
  type DistrictNodeType,
  drafted,
  type Drafts,
  FLOW_LAYER,
  type FlowEdgeType,
  handles,
  noteNode,
  relative,
  sized,
  type Trusted,
  type ZoneNodeType,
} from "./nodes";
import { type Lie, Plot } from "./plot";
import { TRUST_NAMES } from "../words/levels";
import { t } from "../words/t";

/** How the document is looked at right now. */
export interface Look {
  selection: ReadonlySet<string>;
  editable: boolean;
  /** What a lens leaves lit; null without one. */
  lit: ReadonlySet<string> | null;
  detail: Detail;
}

/** Flows that one can still take hold of from afar; more are drawn together, as one picture. */
const MOST_FLOWS_FAR = 300;

/** The document as React Flow wants it, made anew only where something changed. */
export class Elements {
  private readonly nodeMemory = new Memory<CanvasNode>();
  private readonly edgeMemory = new Memory<FlowEdgeType>();
  private readonly lastNodes = new Last<CanvasNode[]>();
  private readonly lastEdges = new Last<FlowEdgeType[]>();
  private readonly plot = new Plot();
  private readonly catalog: Catalog;

  constructor(catalog: Catalog) {
    this.catalog = catalog;
  }

  /** While something is dragged only its own node is made anew, however many there are. */
  nodes(doc: Doc, look: Look, drafts: Drafts): CanvasNode[] {
    const { selection, editable, lit, detail } = look;
    const plan = detail === "plan";
    const from = [doc.zone, doc.component, doc.note, selection, editable, lit, plan];
    const nodes = this.lastNodes.recall(from, () => {
      const made = plan ? this.planNodes(doc, look) : this.allNodes(doc, look);
      this.nodeMemory.endRound();
      return made;
    });
    return drafts.size === 0 ? nodes : nodes.map((node) => drafted(node, drafts.get(node.id)));
  }

  edges(doc: Doc, { selection, lit, detail }: Look): FlowEdgeType[] {
    if (flowsTogether(doc, detail)) return [];
    const from = [doc.flow, doc.component, doc.zone, selection, lit];
    return this.lastEdges.recall(from, () => this.allEdges(doc, selection, lit));
  }

  /** The ways of all flows as they lie, for whoever draws them together. */
  lies(doc: Doc): ReadonlyMap<string, Lie> {
    return this.plot.lies(doc);
  }

  private allNodes(doc: Doc, look: Look): CanvasNode[] {
    const zones = zonesOutermostFirst(doc).map((zone) => {
      const parent = zone.parent === null ? undefined : doc.zone.get(zone.parent);
      return this.remembered(zone, parent, look, () => this.zone(doc, zone, parent));
    });
    const components = [...doc.component.values()].map((component) => {
      const parent = component.zone === null ? undefined : doc.zone.get(component.zone);
      return this.remembered(component, parent, look, () => this.component(component, parent));
    });
    const notes = [...doc.note.values()].map((note) =>
      this.remembered(note, undefined, look, () => noteNode(note)),
    );
    return [...zones, ...components, ...notes];
  }

  /** From very far: the outermost zones as boxes, and what stands in none. */
  private planNodes(doc: Doc, look: Look): CanvasNode[] {
    const zones = [...doc.zone.values()].filter(({ parent }) => !parent || !doc.zone.has(parent));
    const loose = [...doc.component.values()].filter(({ zone }) => !zone || !doc.zone.has(zone));
    return [
      ...zones.map((zone) => {
        return this.remembered(zone, undefined, look, () => this.district(zone), "plan");
      }),
      ...loose.map((component) => {
        return this.remembered(component, undefined, look, () => {
          return this.component(component, undefined);
        });
      }),
    ];
  }

  private remembered(
    row: Zone | Component | Note,
    parent: Zone | undefined,
    { selection, editable, lit }: Look,
    make: () => CanvasNode,
    sort = "",
  ): CanvasNode {
    const selected = selection.has(row.id);
    const dim = lit !== null && !lit.has(row.id);
    return this.nodeMemory.recall(row.id, [row, parent, selected, editable, dim, sort], () => {
      const made = make();
      const own = { selected, draggable: editable, ...(dim ? { className: "dim" } : {}) };
      if (made.type === "component") return { ...made, ...own, connectable: editable };
      return { ...made, ...own };
    });
  }

  private allEdges(
    doc: Doc,
    selection: ReadonlySet<string>,
    lit: ReadonlySet<string> | null,
  ): FlowEdgeType[] {
    const lies = this.plot.lies(doc);
    const edges = [...doc.flow.values()].flatMap((flow) => {
      const source = doc.component.get(flow.source);
      const target = doc.component.get(flow.target);
      const lie = lies.get(flow.id);
      if (!source || !target || !lie) return [];
      const selected = selection.has(flow.id);
      const dim = lit !== null && !lit.has(flow.id);
      const from = [flow, source, target, selected, doc.zone, lie, dim];
      return [
        this.edgeMemory.recall(flow.id, from, () => {
          return this.flow(doc, flow, source, target, { selected, dim, lie });
        }),
      ];
    });
    this.edgeMemory.endRound();
    return edges;
  }

  private trustOf(zone: Zone): Trusted {
    return zone.trust ?? this.catalog.zoneKinds.get(zone.kind ?? "")?.trust ?? "unknown";
  }

  private zone(doc: Doc, zone: Zone, parent: Zone | undefined): ZoneNodeType {
    const depth = zoneDepth(doc, zone.id);
    const trust = this.trustOf(zone);
    return {
      id: zone.id,
      type: "zone",
      data: { zone, trust, depth },
      ...sized(zone.box),
      position: relative(zone.box, parent),
      ...(parent ? { parentId: parent.id } : {}),
      connectable: false,
      zIndex: depth,
      ariaLabel: zoneLabel(zone, trust),
      dragHandle: ".zone-tab",
    };
  }

  private district(zone: Zone): DistrictNodeType {
    const trust = this.trustOf(zone);
    return {
      id: zone.id,
      type: "district",
      data: { zone, trust },
      ...sized(zone.box),
      position: relative(zone.box, undefined),
      connectable: false,
      zIndex: CARD_LAYER,
      ariaLabel: zoneLabel(zone, trust),
    };
  }

  private component(component: Component, parent: Zone | undefined): ComponentNodeType {
    const [, , width, height] = component.box;
    const place = parent ? t("in {name}", { name: parent.name }) : t("in no zone");
    return {
      id: component.id,
      type: "component",
      data: { component },
      ...sized(component.box),
      handles: handles(width, height),
      position: relative(component.box, parent),
      ...(parent ? { parentId: parent.id } : {}),
      zIndex: CARD_LAYER,
      ariaLabel: `${component.name}, ${this.catalog.typeName(component.type)}, ${place}`,
    };
  }

  private flow(
    doc: Doc,
    flow: Flow,
    source: Component,
    target: Component,
    { selected, dim, lie }: { selected: boolean; dim: boolean; lie: Lie },
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
        dim,
        ends: [source.box, target.box],
        crossed: crossedRooms(doc, source, target),
      },
      ...(dim ? { className: "dim" } : {}),
      zIndex: FLOW_LAYER,
      ariaLabel: t("{name}, {kind} flow from {source} to {target}", {
        name: flow.name || kind,
        kind,
        source: source.name,
        target: target.name,
      }),
    };
  }
}

function zoneLabel({ name }: Zone, trust: Trusted): string {
  const said = trust === "unknown" ? t("trust unknown") : TRUST_NAMES[trust];
  return t("Zone {name}, {trust}", { name, trust: said });
}

/** Whether flows are one picture now, instead of something to take hold of. */
export function flowsTogether(doc: Doc, detail: Detail): boolean {
  return detail === "plan" || (detail === "far" && doc.flow.size > MOST_FLOWS_FAR);
}
