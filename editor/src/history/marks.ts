import { centre } from "../document/tree";
import type { Box, Doc, Point } from "../document/types";
import type { ElementChange } from "./messages";

export type Marked = "added" | "removed" | "changed";

/** A card or a zone with what became of it. */
export interface BoxMark {
  id: string;
  how: Marked;
  name: string;
  box: Box;
}

/** A flow with what became of it, from the middle of one card to that of the other. */
export interface LineMark {
  id: string;
  how: Marked;
  name: string;
  from: Point;
  to: Point;
}

export interface Marks {
  boxes: readonly BoxMark[];
  lines: readonly LineMark[];
}

export const NO_MARKS: Marks = { boxes: [], lines: [] };

/** A word and a sign for each, so that colour never says it alone. */
export const SIGNS: Readonly<Record<Marked, { sign: string; word: string }>> = {
  added: { sign: "+", word: "added" },
  removed: { sign: "−", word: "removed" },
  changed: { sign: "≠", word: "changed" },
};

/** What can be shown on the drawing: what was removed stands where it was. */
export function marks(before: Doc, after: Doc, elements: readonly ElementChange[]): Marks {
  const boxes: BoxMark[] = [];
  const lines: LineMark[] = [];
  for (const { kind, id, how, name } of elements) {
    if (how === "moved") continue;
    const doc = how === "removed" ? before : after;
    const drawn = kind === "zone" ? doc.zone.get(id) : doc.component.get(id);
    if (kind === "flow") lines.push(...flowMark(doc, id, how, name));
    else if (drawn && (kind === "zone" || kind === "component")) {
      boxes.push({ id, how, name, box: drawn.box });
    }
  }
  return { boxes, lines };
}

function flowMark(doc: Doc, id: string, how: Marked, name: string): LineMark[] {
  const flow = doc.flow.get(id);
  const source = flow && doc.component.get(flow.source);
  const target = flow && doc.component.get(flow.target);
  if (!source || !target) return [];
  return [{ id, how, name, from: centre(source.box), to: centre(target.box) }];
}
