import type { Level } from "../document/types";
import type { Finding, Risk } from "../sync/messages";

/** What the log says an entry did to the risk. */
export interface RiskTold {
  risk: Level | null;
  by_level: Readonly<Record<string, number>> | null;
}

export interface LogLine {
  revision: number;
  kind: string;
  by: { id: number | null; name: string } | null;
  at: string | null;
  /** One plain sentence. */
  told: string;
  risk: { before: RiskTold; after: RiskTold } | null;
}

/** An entry, and the drawing as it was after it. */
export interface Step extends LogLine {
  document: Record<string, unknown>;
}

export interface Baseline {
  id: string;
  name: string;
  note: string;
  revision: number;
  at: string;
  by: { name: string };
  /** One that came with a file: its revision counts in another log. */
  origin: "entered" | "imported";
}

export type How = "added" | "removed" | "changed" | "moved";

export interface ElementChange {
  kind: string;
  id: string;
  name: string;
  how: How;
  properties: readonly { name: string; before: unknown; after: unknown }[];
}

export interface MovedFinding extends Finding {
  differs: readonly { name: string; before: unknown; after: unknown }[];
}

export interface SideOf {
  revision: number;
  baseline: { id: string; name: string } | null;
  at: string | null;
}

export interface Difference {
  from: SideOf;
  to: SideOf;
  elements: readonly ElementChange[];
  counts: Readonly<Record<How, number>>;
  findings: {
    new: readonly Finding[];
    changed: readonly MovedFinding[];
    gone: readonly Finding[];
    reworded: number;
  };
  risk: { before: Risk; after: Risk };
}
