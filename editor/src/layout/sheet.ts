import type { ElkExtendedEdge, ElkNode } from "elkjs/lib/elk-api";
import { boxAround, roomsOf, shiftedBox, walled, WALLS } from "../document/boxes";
import type { Box, Change, Component, Doc, Zone } from "../document/types";

/*
 * The drawing as the layout engine wants it, and its answer as one edit.
 *
 * Either everything is laid out or a selection, with all that stands in its zones; what is not
 * laid out keeps its place.
 */

type Direction = "RIGHT" | "DOWN";

/** Every room says it again: the engine does not hand spacing down to what is inside. */
const SPACED = {
  "elk.layered.spacing.nodeNodeBetweenLayers": "104",
  "elk.spacing.nodeNode": "40",
};
const LAYERED = {
  ...SPACED,
  "elk.algorithm": "layered",
  "elk.hierarchyHandling": "INCLUDE_CHILDREN",
  "elk.spacing.componentComponent": "64",
};
const IN_WALLS = {
  ...SPACED,
  "elk.padding": `[top=${WALLS.top},left=${WALLS.left},bottom=${WALLS.bottom},right=${WALLS.right}]`,
};

/** The zones and components to lay out. */
export interface Scope {
  zones: ReadonlyMap<string, Zone>;
  components: ReadonlyMap<string, Component>;
}

/** The selection with what stands in its zones; without two things to arrange, everything. */
export function scopeOf(doc: Doc, selection: ReadonlySet<string>): Scope {
  const rooms = roomsOf(doc, selection);
  const inside = ({ id, zone }: Component): boolean =>
    selection.has(id) || (zone !== null && rooms.has(zone));
  const components = new Map([...doc.component].filter(([, one]) => inside(one)));
  if (components.size < 2) return { zones: doc.zone, components: doc.component };
  return { zones: new Map([...doc.zone].filter(([id]) => rooms.has(id))), components };
}

/** The graph to lay out: zones hold zones and components; flows only between what is laid out. */
export function graphOf(
  doc: Doc,
  { zones, components }: Scope,
  direction: Direction = "RIGHT",
): ElkNode {
  const layoutOptions = { ...LAYERED, "elk.direction": direction };
  const root: ElkNode = { id: "sheet", layoutOptions, children: [], edges: [] };
  const rooms = new Map<string, ElkNode>();
  for (const { id, box } of zones.values()) {
    rooms.set(id, { id, width: box[2], height: box[3], layoutOptions: IN_WALLS, children: [] });
  }
  const into = (place: string | null): ElkNode => (place && rooms.get(place)) || root;
  for (const { id, parent } of zones.values()) {
    const room = rooms.get(id);
    if (room) into(parent).children?.push(room);
  }
  for (const { id, zone, box } of components.values()) {
    into(zone).children?.push({ id, width: box[2], height: box[3] });
  }
  root.edges = [...doc.flow.values()]
    .filter(({ source, target }) => components.has(source) && components.has(target))
    .map(({ id, source, target }): ElkExtendedEdge => {
      return { id, sources: [source], targets: [target] };
    });
  return root;
}

/** Of several ways to lay it out, the one that one sees largest in a window of that shape. */
export function bestFor(ratio: number, laid: readonly ElkNode[]): ElkNode | null {
  const shown = ({ width = 1, height = 1 }: ElkNode): number => Math.min(ratio / width, 1 / height);
  return laid.toSorted((a, b) => shown(b) - shown(a))[0] ?? null;
}

/** Absolute boxes of everything that was laid out, on whole units. */
function boxesOf(node: ElkNode, left = 0, top = 0): Map<string, Box> {
  const found = new Map<string, Box>();
  for (const child of node.children ?? []) {
    const [x, y] = [left + (child.x ?? 0), top + (child.y ?? 0)];
    found.set(child.id, [x, y, child.width ?? 0, child.height ?? 0]);
    for (const [id, box] of boxesOf(child, x, y)) found.set(id, box);
  }
  return found;
}

/** One edit that puts everything where the engine wants it, from the corner where it began. */
export function layoutChanges(doc: Doc, scope: Scope, laid: ElkNode): Change[] {
  const { zones, components } = scope;
  const before = boxAround([...zones.values(), ...components.values()].map(({ box }) => box));
  const boxes = boxesOf(laid);
  const after = boxAround(boxes.values());
  if (!before || !after) return [];
  const [dx, dy] = [before[0] - after[0], before[1] - after[1]];
  const changes: Change[] = [];
  const put = (kind: "zone" | "component", { id, box }: Zone | Component): void => {
    const next = boxes.get(id);
    if (!next) return;
    const at = shiftedBox(next, dx, dy).map(Math.round) as unknown as Box;
    boxes.set(id, at);
    if (at.some((value, i) => value !== box[i])) changes.push({ kind, id, set: { box: at } });
  };
  for (const zone of zones.values()) put("zone", zone);
  for (const component of components.values()) put("component", component);
  return [...changes, ...wallsAround(doc, scope, boxes), ...withoutBends(doc, changes)];
}

/** A zone that is not laid out itself grows around those of its components that are. */
function wallsAround(doc: Doc, { zones }: Scope, boxes: ReadonlyMap<string, Box>): Change[] {
  const grown = new Map<string, Box>();
  for (const [id, box] of boxes) {
    let inner = box;
    let at = doc.component.get(id)?.zone ?? doc.zone.get(id)?.parent ?? null;
    for (const seen = new Set<string>(); at !== null && !seen.has(at); ) {
      seen.add(at);
      const zone = doc.zone.get(at);
      if (!zone || zones.has(at)) break;
      inner = boxAround([grown.get(at) ?? zone.box, walled(inner)]) ?? zone.box;
      grown.set(at, inner);
      at = zone.parent;
    }
  }
  return [...grown]
    .filter(([id, box]) => box.some((value, i) => value !== doc.zone.get(id)?.box[i]))
    .map(([id, box]): Change => ({ kind: "zone", id, set: { box } }));
}

/** Bends that people set belong to the places that were. */
function withoutBends(doc: Doc, changes: readonly Change[]): Change[] {
  const moved = new Set(changes.map((change) => change.id));
  return [...doc.flow.values()]
    .filter(({ points, source, target }) => {
      return points.length > 0 && (moved.has(source) || moved.has(target));
    })
    .map(({ id }): Change => ({ kind: "flow", id, set: { points: [] } }));
}
