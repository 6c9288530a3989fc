import type { Catalog } from "../document/catalog";
import type { Doc } from "../document/types";
import type { Finding } from "../sync/messages";

/** What the diagram is looked at for: the rest of it is dimmed. */
export interface Lens {
  by: "threat" | "tactic" | "asset";
  id: string;
}

/** Everything that a lens leaves lit: what it concerns, and the zones around that. */
export function litBy(
  doc: Doc,
  catalog: Catalog,
  findings: ReadonlyMap<string, Finding>,
  lens: Lens,
): ReadonlySet<string> {
  return around(doc, lens.by === "asset" ? holders(doc, lens.id) : found(catalog, findings, lens));
}

/** Some elements with the ends of their flows and the zones that they stand in. */
export function around(doc: Doc, ids: Iterable<string>): ReadonlySet<string> {
  const lit = new Set(ids);
  for (const id of [...lit]) {
    for (const end of endsOf(doc, id)) lit.add(end);
  }
  for (const id of [...lit]) {
    let at = doc.component.get(id)?.zone ?? doc.zone.get(id)?.parent ?? null;
    for (; at !== null && !lit.has(at); at = doc.zone.get(at)?.parent ?? null) lit.add(at);
  }
  return lit;
}

/** A flow makes little sense without what it joins. */
function endsOf(doc: Doc, id: string): string[] {
  const flow = doc.flow.get(id);
  return flow ? [flow.source, flow.target] : [];
}

/** What holds or carries an asset. */
export function holders(doc: Doc, asset: string): string[] {
  const rows = [...doc.component.values(), ...doc.flow.values()];
  return rows.filter((row) => row.assets.includes(asset)).map((row) => row.id);
}

function found(
  catalog: Catalog,
  findings: ReadonlyMap<string, Finding>,
  { by, id }: Lens,
): string[] {
  const concerns = ({ threat }: Finding): boolean =>
    by === "threat" ? threat === id : catalog.tacticsOf(threat).includes(id);
  return [...findings.values()]
    .filter((finding) => finding.applies === "yes" && finding.treatment !== "dismissed")
    .filter(concerns)
    .map((finding) => finding.element);
}

export interface LensChoice {
  id: string;
  name: string;
  count: number;
}

/** What one can look for in this drawing, with the number of findings or holders of each. */
export function lensChoices(
  doc: Doc,
  catalog: Catalog,
  findings: ReadonlyMap<string, Finding>,
): Readonly<Record<Lens["by"], readonly LensChoice[]>> {
  const threats = new Map<string, LensChoice>();
  const tactics = new Map<string, LensChoice>();
  const count = (into: Map<string, LensChoice>, id: string, name: string): void => {
    into.set(id, { id, name, count: (into.get(id)?.count ?? 0) + 1 });
  };
  for (const { applies, treatment, threat, title } of findings.values()) {
    if (applies !== "yes" || treatment === "dismissed") continue;
    count(threats, threat, title);
    for (const id of catalog.tacticsOf(threat)) count(tactics, id, catalog.tacticName(id));
  }
  const assets = [...doc.asset.values()].map(({ id, name }) => {
    return { id, name, count: holders(doc, id).length };
  });
  const byName = (a: LensChoice, b: LensChoice): number => a.name.localeCompare(b.name);
  return {
    threat: [...threats.values()].sort(byName),
    // In the order of the attack, as the framework has them.
    tactic: catalog.tactics.flatMap(({ id }) => tactics.get(id) ?? []),
    asset: assets.sort(byName),
  };
}
