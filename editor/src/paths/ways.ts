import type { Level } from "../document/types";

/** What the server tells of a system's attack paths. */

export interface Fall {
  kind: "remedy" | "element" | "standing";
  control: string | null;
  title: string | null;
  effort: string | null;
  place: string;
  place_name: string;
  /** By how much less the asset would be hit; below zero for what stands there now. */
  fall: number;
}

export interface Step {
  kind: "tries" | "happens" | "access" | "finding" | "flow";
  text: string;
  chance: number;
  elements: readonly string[];
  finding: string | null;
  flow: string | null;
  stops: readonly Fall[];
}

export interface Way {
  adversary: { id: string; name: string };
  chance: number;
  interval: readonly [number, number];
  steps: readonly Step[];
}

export interface Likelihood {
  value: number;
  low: number;
  high: number;
  level: Level;
}

export interface AssetWays {
  asset: string;
  name: string;
  impact: Level;
  likelihood: Likelihood;
  explained: boolean;
  ways_text: string;
  paths: readonly Way[];
  passed: readonly { element: string; element_name: string }[];
  helps: readonly Fall[];
}

export interface Bounds {
  findings: number;
  findings_followed: number;
  states: number;
  steps: number;
  complete: boolean;
  draws: number;
  assets: number;
  assets_explained: number;
  compared: number;
  comparable: number;
}

export interface Ways {
  revision: number;
  assets: readonly AssetWays[];
  bounds: Bounds;
}

/** A path as it is drawn now. `passed` are elements that every way to the asset takes. */
export interface ShownWay {
  way: Way;
  step: number;
  passed: readonly string[];
}

/** What tells one way from another, also in the answer to another revision. */
export function signature({ adversary, steps }: Way): string {
  const taken = steps.map(({ kind, finding, flow, elements }) => {
    return `${kind} ${finding ?? flow ?? elements.join(" ")}`;
  });
  return [adversary.id, ...taken].join(" | ");
}

/** Everything on the drawing that a way takes. */
export function elementsOf({ steps }: Way): ReadonlySet<string> {
  return new Set(steps.flatMap(({ elements, flow }) => (flow === null ? elements : [...elements, flow])));
}

/** Where a step's number stands: on the flow that it takes, else where it ends. */
export function anchorOf({ elements, flow }: Step): string | null {
  return flow ?? elements.at(-1) ?? null;
}
