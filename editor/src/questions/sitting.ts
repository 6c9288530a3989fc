import { holders } from "../canvas/lens";
import type { Doc } from "../document/types";
import type { Finding } from "../sync/messages";
import { type Asked, rankQuestions, sameQuestion, valueOf } from "./answers";

/** What one sitting did with its questions, so far. Keys are those of `sameQuestion`. */
export interface Sitting {
  /** Everything that was passed, in its order: one goes back along it. */
  trail: readonly Asked[];
  /** Put off: asked again after the rest. */
  later: readonly string[];
  /** Nobody here knows: not asked again unless somebody wants it. */
  unknown: readonly string[];
  /** How many steps one has gone back along the trail. */
  back: number;
  /** What is asked now: it stays, whatever others answer meanwhile. */
  held: Asked | null;
}

export const FIRST_SITTING: Sitting = { trail: [], later: [], unknown: [], back: 0, held: null };

export interface Asking {
  current: Asked | null;
  done: number;
  total: number;
  putOff: number;
  unknown: readonly Asked[];
}

/** The question to ask now, and how far one is. */
export function asking(sitting: Sitting, doc: Doc, findings: Iterable<Finding>): Asking {
  const open = rankQuestions(findings).filter((one) => valueOf(doc, one) === undefined);
  const [unknown, known] = parted(open, (one) => sitting.unknown.includes(sameQuestion(one)));
  const [later, fresh] = parted(known, (one) => sitting.later.includes(sameQuestion(one)));
  const at = (one: Asked): number => sitting.later.indexOf(sameQuestion(one));
  const queue = [...fresh, ...later.sort((one, other) => at(one) - at(other))];
  const answered = sitting.trail.filter((one) => valueOf(doc, one) !== undefined).length;
  return {
    current: earlier(sitting) ?? held(sitting, queue) ?? queue[0] ?? null,
    done: answered + unknown.length,
    total: answered + open.length,
    putOff: later.length,
    unknown,
  };
}

const earlier = ({ trail, back }: Sitting): Asked | undefined =>
  back > 0 ? trail.at(-back) : undefined;

/** An asset's levels are several answers: its question stays until one goes on. */
function held({ held }: Sitting, queue: readonly Asked[]): Asked | undefined {
  if (!held) return undefined;
  const now = queue.find((one) => sameQuestion(one) === sameQuestion(held));
  return now ?? (held.attribute === "levels" ? held : undefined);
}

/** The same sitting while the question is the same, however often it is told anew. */
export function holding(sitting: Sitting, asked: Asked | null): Sitting {
  const same = sitting.held && asked && sameQuestion(sitting.held) === sameQuestion(asked);
  return same || sitting.held === asked || sitting.back > 0 ? sitting : { ...sitting, held: asked };
}

function parted<T>(all: readonly T[], belongs: (one: T) => boolean): [T[], T[]] {
  return [all.filter(belongs), all.filter((one) => !belongs(one))];
}

/** Go on from a question: it was answered, put off, or nobody knows. */
export function passed(sitting: Sitting, asked: Asked, as: "answered" | "later" | "unknown"): Sitting {
  if (sitting.back > 0 && as !== "unknown") return { ...sitting, back: sitting.back - 1 };
  const key = sameQuestion(asked);
  const without = (keys: readonly string[]): string[] => keys.filter((one) => one !== key);
  const [later, unknown] = [without(sitting.later), without(sitting.unknown)];
  return {
    trail: [...sitting.trail.filter((one) => sameQuestion(one) !== key), asked],
    later: as === "later" ? [...later, key] : later,
    unknown: as === "unknown" ? [...unknown, key] : unknown,
    back: Math.max(sitting.back - 1, 0),
    held: null,
  };
}

export function wentBack(sitting: Sitting): Sitting {
  return { ...sitting, back: Math.min(sitting.back + 1, sitting.trail.length) };
}

/** What to light on the drawing while a fact is asked for. */
export function lightOf(doc: Doc, element: string): ReadonlySet<string> | null {
  if (doc.asset.has(element)) {
    const held = holders(doc, element);
    return held.length > 0 ? new Set(held) : null;
  }
  const inside = [...doc.component.values()].filter(({ zone }) => zone === element);
  return new Set([element, ...inside.map(({ id }) => id)]);
}
