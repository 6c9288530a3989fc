import { placeOn } from "../canvas/line";
import { type Lie, Plot } from "../canvas/plot";
import type { Box, Doc, Point } from "../document/types";
import type { ElementChange } from "./messages";
import { t } from "../words/t";

export type Marked = "added" | "removed" | "changed";

/** A card or a zone with what became of it. */
export interface BoxMark {
  id: string;
  how: Marked;
  name: string;
  box: Box;
}

/** A flow with what became of it, along its way; the tag stands below its label. */
export interface LineMark {
  id: string;
  how: Marked;
  name: string;
  points: readonly Point[];
  at: Point;
}

export interface Marks {
  boxes: readonly BoxMark[];
  lines: readonly LineMark[];
}

export const NO_MARKS: Marks = { boxes: [], lines: [] };

/** A word and a sign for each, so that colour never says it alone. */
export const SIGNS: Readonly<Record<Marked, { sign: string; word: string }>> = {
  added: { sign: "+", word: t("added") },
  removed: { sign: "−", word: t("removed") },
  changed: { sign: "≠", word: t("changed") },
};

/** What can be shown on the drawing: what was removed stands where it was. */
export function marks(before: Doc, after: Doc, elements: readonly ElementChange[]): Marks {
  const boxes: BoxMark[] = [];
  const lines: LineMark[] = [];
  const flows = elements.some((one) => one.kind === "flow" && one.how !== "moved");
  const [was, now] = flows ? [new Plot().lies(before), new Plot().lies(after)] : [NONE, NONE];
  for (const { kind, id, how, name } of elements) {
    if (how === "moved") continue;
    const [doc, lies] = how === "removed" ? [before, was] : [after, now];
    const drawn = kind === "zone" ? doc.zone.get(id) : doc.component.get(id);
    const lie = lies.get(id);
    if (kind === "flow" && lie) {
      const short = doc.flow.get(id)?.name || t("flow");
      lines.push({ id, how, name: short, points: lie.points, at: placeOn(lie.points, 0.5) });
    } else if (drawn && (kind === "zone" || kind === "component")) {
      boxes.push({ id, how, name, box: drawn.box });
    }
  }
  return { boxes, lines };
}

const NONE: ReadonlyMap<string, Lie> = new Map();
