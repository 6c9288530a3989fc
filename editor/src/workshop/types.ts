import type { Level } from "../document/types";

export type Discipline =
  | "security"
  | "data-science"
  | "operations"
  | "compliance"
  | "product"
  | "domain";

export type Phase = "questions" | "findings" | "votes" | "mitigations" | "parking" | "other";

export interface Step {
  phase: Phase;
  title: string;
  minutes: number;
}

/** Low, best, high. */
export type Estimate = readonly [Level, Level, Level];

export interface Vote {
  by: string;
  discipline: string;
  initiation: Estimate;
  impact: Estimate;
  reason: string;
}

export interface Spread {
  median: Level;
  low: Level;
  high: Level;
  counts: Readonly<Record<Level, number>>;
  outliers: readonly string[];
  agreed: boolean;
}

export interface Outcome {
  initiation: Level;
  impact: Level;
  confirmed: boolean;
  dissent: readonly string[];
  reason: string;
}

/** What stands below `voted` comes with the reveal. */
export interface Round {
  id: string;
  finding: string;
  title: string;
  number: number;
  state: "open" | "revealed";
  voted: readonly number[];
  votes?: readonly Vote[];
  spread?: { initiation: Spread; impact: Spread };
  computed?: Readonly<Record<"initiation" | "harm" | "likelihood" | "impact", Level>>;
  outcome?: Outcome | null;
}

export type Focus =
  | { kind: "question"; element: string; attribute: string }
  | { kind: "finding"; finding: string };

/** A workshop as everybody is shown it. */
export interface Workshop {
  id: string;
  title: string;
  state: "open" | "ended";
  version: number;
  agenda: readonly Step[];
  step: number;
  order: "risk" | "element";
  focus: Focus | null;
  timer: { running: boolean; left_s: number };
  leader: { id: number; name: string };
  people: readonly { id: number; name: string; discipline: string }[];
  missing: string;
  rounds: readonly Round[];
  confirmed: readonly string[];
  parked: readonly { id: string; text: string; by: string }[];
}

/** What only oneself is told. */
export interface Mine {
  joined: boolean;
  discipline: string;
  vote: (Vote & { round: string }) | null;
}

/** Whether this is news: frames may come twice, or after the answer that tells the same. */
export function newer(one: Workshop, known: Workshop | null): boolean {
  return known === null || known.id !== one.id || one.version >= known.version;
}
