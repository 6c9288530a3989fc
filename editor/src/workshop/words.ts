import { bySeverity } from "../sync/findings";
import type { Finding } from "../sync/messages";
import type { Discipline, Focus, Round, Workshop } from "./types";
import { t } from "../words/t";

export const DISCIPLINES: readonly { value: Discipline | ""; name: string }[] = [
  { value: "", name: t("Not said") },
  { value: "security", name: t("Security") },
  { value: "data-science", name: t("Data science, ML") },
  { value: "operations", name: t("Operations") },
  { value: "compliance", name: t("Compliance and risk") },
  { value: "product", name: t("Product") },
  { value: "domain", name: t("The domain") },
];

/** Minutes and seconds that are left; below nothing it says how much too long. */
export function clock(seconds: number): string {
  const whole = Math.max(Math.ceil(seconds), 0);
  const minutes = Math.floor(whole / 60);
  return `${minutes}:${String(whole % 60).padStart(2, "0")}`;
}

/** Those to talk about, in the order that the room walks them: what is settled comes no more. */
export function walk(
  findings: Iterable<Finding>,
  order: "risk" | "element",
  confirmed: ReadonlySet<string>,
): Finding[] {
  const open = [...findings].filter(
    (one) => one.applies === "yes" && one.treatment === "open" && !confirmed.has(one.key),
  );
  const bySeverest = open.toSorted(bySeverity);
  if (order === "risk") return bySeverest;
  const first = new Map<string, number>();
  bySeverest.forEach((one, at) => {
    if (!first.has(one.element)) first.set(one.element, at);
  });
  return bySeverest.toSorted((a, b) => (first.get(a.element) ?? 0) - (first.get(b.element) ?? 0));
}

/** What many agree with at once. */
export function minor(findings: Iterable<Finding>, confirmed: ReadonlySet<string>): Finding[] {
  return walk(findings, "risk", confirmed).filter((one) =>
    ["very low", "low"].includes(one.risk.residual),
  );
}

/** The element that a focus stands on. */
export function elementOf(focus: Focus | null): string | null {
  if (focus === null) return null;
  return focus.kind === "question" ? focus.element : (focus.finding.split("@")[1] ?? null);
}

export function openRound(workshop: Workshop | null): Round | null {
  return workshop?.rounds.find((round) => round.state === "open") ?? null;
}

/** The latest round on a finding. */
export function roundOn(workshop: Workshop, finding: string): Round | null {
  return workshop.rounds.findLast((round) => round.finding === finding) ?? null;
}

/** Whether the panel keeps back what was computed: in a vote, and before one where votes are due. */
export function isHidden(workshop: Workshop, finding: string): boolean {
  const due = workshop.agenda[workshop.step]?.phase === "votes";
  return isVotedOn(workshop, finding) || (due && roundOn(workshop, finding) === null);
}

/** Whether people vote on it now, so that what was computed is not shown. */
export function isVotedOn(workshop: Workshop | null, finding: string): boolean {
  return workshop?.state === "open" && openRound(workshop)?.finding === finding;
}
