import type { Workshop } from "../workshop/types";
import type { Comment } from "./comments";
import type { Box, Change, Level, Operation, Point } from "../document/types";

export interface Question {
  element: string;
  attribute: string;
  text: string;
  kind: "boolean" | "choice" | "number" | "zone" | "trust" | "level" | "asset";
  choices: readonly string[];
}

export interface Finding {
  key: string;
  threat: string;
  title: string;
  element: string;
  element_name: string;
  applies: "yes" | "conditional";
  treatment: "open" | "accepted" | "transferred" | "avoided" | "dismissed";
  position: "within" | "above";
  answered: "none" | "planned" | "implemented" | "verified";
  verdict: string;
  likelihood: Level;
  impact: Level;
  impact_assumed: boolean;
  risk: { inherent: Level; residual: Level; planned: Level; range: [Level, Level]; score: number };
  adversary: string;
  /** The row that it belongs to, and what that is called. */
  cause: string;
  cause_title: string;
  questions: readonly Question[];
  controls: readonly string[];
}

export interface Risk {
  risk: Level | null;
  range: [Level | null, Level | null];
  by_level: Readonly<Record<string, number>>;
  by_treatment: Readonly<Record<string, number>>;
  conditional: number;
  questions: number;
  above_appetite: number;
}

/** Where somebody is on the sheet. */
export interface Standing {
  pointer: Point | null;
  selection: readonly string[];
  drag: Readonly<Record<string, Box>> | null;
  /** What they see of the sheet. */
  viewport: Box | null;
  /** The connection whose view they have taken over. */
  follow: string | null;
}

/** One browser in the room. `id` is the connection's: a person may be here twice. */
export interface Person extends Standing {
  id: string;
  name: string;
  initials: string;
  hue: number;
  role: string;
  /** Whose connection it is: the same for all devices of one person. */
  user: number;
}

export type RunState = "queued" | "running" | "succeeded" | "failed" | "cancelled" | "timed_out";

export interface Run {
  id: string;
  model: string;
  component: string;
  test: string;
  state: RunState;
  progress: number;
  message: string;
  created_at: string;
  ended_at: string | null;
  result: { k?: number; n?: number } | null;
  /** Set when it came out worse than the one before it, beyond chance. */
  alert?: { fell_now: number; fell_before: number; targets_in_both: number } | null;
}

/** What a run will ask at most; a large one is asked about once more. */
export interface Cost {
  rows: number;
  /** Not known before this test has run, unless an endpoint's batches say so. */
  calls: number | null;
  /** Not known before this model has answered. */
  seconds: number | null;
  large: boolean;
}

export interface Model {
  id: string;
  component: string;
  name: string;
  digest: string;
  state: string;
  demo: boolean;
  tests: readonly {
    id: string;
    name: string;
    claim: string;
    applicable: boolean;
    why_not: string;
  }[];
}

export interface LogItem {
  revision: number;
  kind: string;
  op: string | null;
  by: { id: string | number | null; name: string } | null;
  at?: string;
  /** Changes of the document for an operation or a restore, words of its own for the others. */
  changes: readonly Change[];
}

export interface Skipped {
  kind: string;
  id: string;
  key: string;
  reason: string;
}

export type ServerMessage =
  | {
      t: "welcome";
      revision: number;
      document: Record<string, unknown>;
      /** Left out where somebody who is known in the room has fallen too far behind. */
      people?: readonly Person[];
      you?: string;
      role?: string;
      findings: readonly Finding[];
      risk: Risk;
      runs: readonly Run[];
      models: readonly Model[];
      /** The one that goes on, if there is one. */
      workshop?: Workshop | null;
    }
  | { t: "ack"; id: string; revision: number; skipped?: readonly Skipped[] }
  | { t: "refused"; id: string; code: string; reason: string; field: string }
  | {
      t: "revisions";
      from: number;
      to: number;
      items: readonly LogItem[];
      findings: { changed: readonly Finding[]; gone: readonly string[] };
      risk: Risk;
    }
  | { t: "presence"; people: readonly Person[]; gone: readonly string[] }
  | { t: "run"; run: Run }
  | { t: "workshop"; workshop: Workshop }
  | { t: "comment"; comment: Comment }
  | { t: "gather"; by: { id: number; name: string }; viewport: Box }
  | { t: "pulse"; revision: number; commented?: string | null };

export type ClientMessage =
  | { t: "hello"; revision: number; protocol: 1 }
  | ({ t: "op" } & Operation)
  | { t: "undo"; id: string; op: string }
  | ({ t: "presence" } & Standing)
  | { t: "gather"; viewport: Box };
