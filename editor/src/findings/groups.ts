import { bySeverity } from "../sync/findings";
import type { Finding } from "../sync/messages";

/** By what one adversary does in one place, or by the threat. */
export type Grouping = "cause" | "threat";

export interface Group {
  id: string;
  title: string;
  /** Whether all of it waits for answers; never so among what applies. */
  waits: boolean;
  findings: Finding[];
}

const NAMED = {
  cause: (one: Finding) => [one.cause, one.cause_title],
  threat: (one: Finding) => [one.threat, one.title],
} as const;

/** Rows in the order of their worst findings; what waits for answers comes after what applies. */
export function grouped(findings: readonly Finding[], by: Grouping): Group[] {
  const groups = new Map<string, Group>();
  for (const finding of findings.toSorted(bySeverity)) {
    const waits = finding.applies !== "yes";
    const [id = "", title = ""] = NAMED[by](finding);
    const row = groups.get(`${waits} ${id}`);
    if (row) row.findings.push(finding);
    else groups.set(`${waits} ${id}`, { id, title, waits, findings: [finding] });
  }
  return [...groups.values()];
}
