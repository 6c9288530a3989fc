import { LEVELS, type Level } from "../document/types";
import type { Finding } from "./messages";

type ByElement = ReadonlyMap<string, readonly Finding[]>;

/** What an element's badge shows; `pulse` grows each time that something it says has changed. */
export interface Badge {
  level: Level | null;
  count: number;
  conditional: number;
  range: readonly [Level, Level] | null;
  pulse: number;
}

const rank = (level: Level): number => LEVELS.indexOf(level);

/** The most severe first; conditional ones after all that apply. */
export function bySeverity(a: Finding, b: Finding): number {
  if (a.applies !== b.applies) return a.applies === "yes" ? -1 : 1;
  return (
    rank(b.risk.residual) - rank(a.risk.residual) ||
    b.risk.score - a.risk.score ||
    a.threat.localeCompare(b.threat) ||
    a.element.localeCompare(b.element)
  );
}

const countsOnBadge = (finding: Finding): boolean =>
  finding.applies === "yes" && finding.treatment !== "dismissed";

export function badgeOf(findings: readonly Finding[], pulse: number): Badge {
  const counted = findings.filter(countsOnBadge);
  const worst = counted.toSorted(bySeverity)[0];
  return {
    level: worst?.risk.residual ?? null,
    count: counted.length,
    conditional: findings.filter((finding) => finding.applies === "conditional").length,
    range: worst?.risk.range ?? null,
    pulse,
  };
}

/** What a person should notice: level, likelihood, verdict or range. */
function tells(finding: Finding): string {
  const { residual, range } = finding.risk;
  return [finding.applies, residual, finding.likelihood, finding.verdict, ...range].join("|");
}

function told(findings: readonly Finding[]): string {
  return findings.map((finding) => `${finding.key}=${tells(finding)}`).join(";");
}

export interface Register {
  findings: ReadonlyMap<string, Finding>;
  byElement: ByElement;
  badges: ReadonlyMap<string, Badge>;
}

export const NO_FINDINGS: Register = {
  findings: new Map(),
  byElement: new Map(),
  badges: new Map(),
};

/** Take in changed and gone findings; lists and badges of other elements stay the same objects. */
export function updateRegister(
  register: Register,
  changed: readonly Finding[],
  gone: readonly string[],
): Register {
  const findings = new Map(register.findings);
  const touched = new Set<string>();
  for (const key of gone) {
    const finding = findings.get(key);
    if (finding) touched.add(finding.element);
    findings.delete(key);
  }
  for (const finding of changed) {
    findings.set(finding.key, finding);
    touched.add(finding.element);
  }
  return { findings, ...regroup(register, findings, touched) };
}

function regroup(
  register: Register,
  findings: ReadonlyMap<string, Finding>,
  touched: ReadonlySet<string>,
): Omit<Register, "findings"> {
  const byElement = new Map(register.byElement);
  const badges = new Map(register.badges);
  const lists = new Map<string, Finding[]>([...touched].map((id) => [id, []]));
  for (const finding of findings.values()) lists.get(finding.element)?.push(finding);
  for (const [id, unordered] of lists) {
    const list = unordered.sort(bySeverity);
    const before = register.byElement.get(id) ?? [];
    const was = register.badges.get(id)?.pulse ?? 0;
    const pulse = told(before) === told(list) ? was : was + 1;
    if (list.length === 0) byElement.delete(id);
    else byElement.set(id, list);
    if (list.length === 0) badges.delete(id);
    else badges.set(id, badgeOf(list, pulse));
  }
  return { byElement, badges };
}

/** The register of a `welcome`: keeps badges that say the same, so that nothing pulses. */
export function replaceRegister(register: Register, findings: readonly Finding[]): Register {
  const present = new Set(findings.map((finding) => finding.key));
  const gone = [...register.findings.keys()].filter((key) => !present.has(key));
  return updateRegister(register, findings, gone);
}
