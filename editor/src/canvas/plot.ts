import type { Box, Component, Doc, Flow, Point } from "../document/types";
import { freePlace } from "./line";
import { CROWD, route } from "./route";
import { Sheet } from "./sheet";

/** Distance between two flows that join the same two cards. */
const LANE = 18;
/** How far around its two cards a flow looks for others. */
const REACH = 160;
const LABEL_HEIGHT = 22;
const WIDEST_LABEL = 168;
const NARROW_LABELS = [96, 56];
const BADGE = 48;
/** How much larger a label is written when one looks from afar. */
const FROM_AFAR = 1.3;
/** Where flows that lie side by side have their labels. */
const PLACES = [0.5, 0.3, 0.7];

/** A flow as it lies on the sheet while nobody drags its ends. */
export interface Lie {
  points: Point[];
  /** The middle of its label; null where a label has no room, so that it waits to be asked. */
  label: Point | null;
  /** How wide the label may be there. */
  space: number;
  shift: number;
  /** The cards near it, to go around. */
  others: readonly Box[];
}

/** The flows of a whole drawing, looked through again only when something lies elsewhere. */
export class Plot {
  private doc: Doc | null = null;
  private known: ReadonlyMap<string, Lie> = new Map();

  lies(doc: Doc): ReadonlyMap<string, Lie> {
    if (this.doc === null || !sameSheet(this.doc, doc)) this.known = this.kept(plotted(doc));
    this.doc = doc;
    return this.known;
  }

  /** What lies as it did stays the same object, so that it is not drawn again. */
  private kept(next: Map<string, Lie>): Map<string, Lie> {
    for (const [id, lie] of next) {
      const before = this.known.get(id);
      if (before && sameLie(before, lie)) next.set(id, before);
    }
    return next;
  }
}

const samePoint = (one: Point | null, other: Point | null): boolean =>
  one === other || (one?.[0] === other?.[0] && one?.[1] === other?.[1]);

function sameLie(one: Lie, other: Lie): boolean {
  const alike = one.space === other.space && one.shift === other.shift;
  return (
    alike &&
    samePoint(one.label, other.label) &&
    one.points.length === other.points.length &&
    one.points.every((point, i) => samePoint(point, other.points[i] ?? null)) &&
    one.others.length === other.others.length &&
    one.others.every((box, i) => box === other.others[i])
  );
}

function sameSheet(before: Doc, now: Doc): boolean {
  if (before.component === now.component && before.flow === now.flow) return true;
  if (before.component.size !== now.component.size || before.flow.size !== now.flow.size) return false;
  for (const [id, one] of now.component) {
    if (before.component.get(id)?.box !== one.box) return false;
  }
  for (const [id, one] of now.flow) {
    const was = before.flow.get(id);
    const same = was?.source === one.source && was.target === one.target;
    if (!same || was.points !== one.points || was.name !== one.name) return false;
  }
  return true;
}

function plotted(doc: Doc): Map<string, Lie> {
  const cards = new Sheet();
  for (const one of doc.component.values()) cards.add(one.id, one.box);
  const labels = new Sheet();
  const found = new Map<string, Lie>();
  for (const { flow, shift, place } of lanes(doc)) {
    const source = doc.component.get(flow.source);
    const target = doc.component.get(flow.target);
    if (!source || !target) continue;
    const others = othersNear(cards, source, target);
    const points = route(source.box, target.box, { points: flow.points, shift, others });
    const isTaken = (box: Box): boolean => cards.touches(box) || labels.touches(box);
    const { label, space } = labelled(flow, points, isTaken, place);
    if (label) labels.add(flow.id, [label[0] - space / 2, label[1] - 11, space, LABEL_HEIGHT]);
    found.set(flow.id, { points, label, space, shift, others });
  }
  return found;
}

/** The cards between two cards; among too many no way around is looked for, so that none count. */
function othersNear(cards: Sheet, source: Component, target: Component): Box[] {
  const near = cards.near(around([source.box, target.box], REACH), CROWD + 2) ?? [];
  const others = near.filter(({ key }) => key !== source.id && key !== target.id);
  return others.map(({ box }) => box);
}

/** The widest label that finds a free place; one without a name leaves room for its badge. */
function labelled(
  flow: Flow,
  points: readonly Point[],
  isTaken: (label: Box) => boolean,
  place: number,
): { label: Point | null; space: number } {
  const words = flow.name.length * 6 + 12;
  const wide = [words + BADGE, words * FROM_AFAR, words];
  const widths = [...wide, ...NARROW_LABELS.filter((width) => width < words)];
  for (const width of flow.name === "" ? [BADGE] : widths) {
    const space = Math.min(width, WIDEST_LABEL);
    const label = freePlace(points, space, LABEL_HEIGHT, isTaken, place);
    if (label) return { label, space };
  }
  return { label: null, space: WIDEST_LABEL };
}

interface Lane {
  flow: Flow;
  /** How far it lies from the middle, so that flows between two cards lie apart. */
  shift: number;
  place: number;
}

function* lanes(doc: Doc): Generator<Lane> {
  const together = new Map<string, Flow[]>();
  for (const flow of doc.flow.values()) {
    const pair = [flow.source, flow.target].toSorted().join(" ");
    const beside = together.get(pair);
    if (beside) beside.push(flow);
    else together.set(pair, [flow]);
  }
  for (const beside of together.values()) {
    for (const [i, flow] of beside.entries()) {
      const shift = (i - (beside.length - 1) / 2) * LANE;
      yield { flow, shift, place: PLACES[i % PLACES.length] ?? 0.5 };
    }
  }
}

/** The area that holds the boxes and as much around them. */
function around(boxes: readonly Box[], by: number): Box {
  const left = Math.min(...boxes.map((box) => box[0])) - by;
  const top = Math.min(...boxes.map((box) => box[1])) - by;
  const right = Math.max(...boxes.map((box) => box[0] + box[2])) + by;
  const bottom = Math.max(...boxes.map((box) => box[1] + box[3])) + by;
  return [left, top, right - left, bottom - top];
}
