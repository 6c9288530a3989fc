import type { Box, Component, Doc, Flow, Point } from "../document/types";
import { boxAround } from "../document/boxes";
import { groupBy } from "../document/group";
import { EMPTY } from "../document/read";
import { freePlace, meets } from "./line";
import { CROWD, grown, route } from "./route";
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
    if (this.doc === null || !sameSheet(this.doc, doc)) {
      this.known = this.kept(plotted(doc, new Before(this.doc ?? EMPTY, doc, this.known)));
    }
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

/** More cards than this have to be looked for again wherever they may be. */
const MANY_MOVED = 64;

/** What lay on the sheet before, so that only what an edit comes near is led anew. */
class Before {
  private readonly doc: Doc;
  private readonly known: ReadonlyMap<string, Lie>;
  /** Where cards stood or stand that are not where they were; null for too many. */
  private readonly moved: readonly Box[] | null;

  constructor(doc: Doc, now: Doc, known: ReadonlyMap<string, Lie>) {
    this.doc = doc;
    this.known = known;
    this.moved = movedBoxes(doc, now);
  }

  /** The way of a flow whose own values, cards and surroundings are as they were. */
  lie(flow: Flow, shift: number, area: Box): Lie | null {
    const was = this.doc.flow.get(flow.id);
    const lie = this.known.get(flow.id);
    if (!was || !lie || lie.shift !== shift || this.moved === null) return null;
    const same = was.source === flow.source && was.target === flow.target;
    if (!same || was.points !== flow.points || was.name !== flow.name) return null;
    return this.moved.some((box) => meets(area, box)) ? null : lie;
  }
}

function movedBoxes(before: Doc, now: Doc): Box[] | null {
  const found: Box[] = [];
  for (const [id, { box }] of now.component) {
    const was = before.component.get(id)?.box;
    if (was === box) continue;
    found.push(box, ...(was ? [was] : []));
    if (found.length > MANY_MOVED) return null;
  }
  for (const [id, { box }] of before.component) {
    if (!now.component.has(id)) found.push(box);
  }
  return found.length > MANY_MOVED ? null : found;
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
  if (before.component.size !== now.component.size) return false;
  if (before.flow.size !== now.flow.size) return false;
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

function plotted(doc: Doc, before: Before): Map<string, Lie> {
  const cards = new Sheet();
  for (const one of doc.component.values()) cards.add(one.id, one.box);
  const labels = new Sheet();
  const isTaken = (box: Box): boolean => cards.touches(box) || labels.touches(box);
  const found = new Map<string, Lie>();
  for (const { flow, shift, place } of lanes(doc)) {
    const source = doc.component.get(flow.source);
    const target = doc.component.get(flow.target);
    if (!source || !target) continue;
    const area = grown(boxAround([source.box, target.box]) ?? source.box, REACH);
    const known = before.lie(flow, shift, area);
    const others = known?.others ?? othersNear(cards, source, target, area);
    const points =
      known?.points ?? route(source.box, target.box, { points: flow.points, shift, others });
    const stays = known?.label && !isTaken(labelBox(known.label, known.space));
    const { label, space } = stays ? known : labelled(flow, points, isTaken, place);
    if (label) labels.add(flow.id, labelBox(label, space));
    found.set(flow.id, { points, label, space, shift, others });
  }
  return found;
}

const labelBox = ([x, y]: Point, space: number): Box => [
  x - space / 2,
  y - LABEL_HEIGHT / 2,
  space,
  LABEL_HEIGHT,
];

/** The cards between two cards; among too many no way around is looked for, so that none count. */
function othersNear(cards: Sheet, source: Component, target: Component, area: Box): Box[] {
  const near = cards.near(area, CROWD + 2) ?? [];
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
  const pairOf = ({ source, target }: Flow): string => [source, target].toSorted().join(" ");
  const together = groupBy(doc.flow.values(), pairOf);
  for (const beside of together.values()) {
    for (const [i, flow] of beside.entries()) {
      const shift = (i - (beside.length - 1) / 2) * LANE;
      yield { flow, shift, place: PLACES[i % PLACES.length] ?? 0.5 };
    }
  }
}
