import type { Box, Doc, Zone } from "./types";

/** Zones with parents before children, so that a child can be drawn inside what exists. */
export function zonesOutermostFirst(doc: Doc): Zone[] {
  const ordered: Zone[] = [];
  const placed = new Set<string>();
  const place = (zone: Zone, trail: ReadonlySet<string>): void => {
    if (placed.has(zone.id) || trail.has(zone.id)) return;
    const parent = zone.parent === null ? undefined : doc.zone.get(zone.parent);
    if (parent) place(parent, new Set(trail).add(zone.id));
    if (placed.has(zone.id)) return;
    placed.add(zone.id);
    ordered.push(zone);
  };
  for (const zone of doc.zone.values()) place(zone, new Set());
  return ordered;
}

/** The zone and every zone inside it. */
export function zoneAndInner(doc: Doc, zoneId: string): Set<string> {
  const found = new Set([zoneId]);
  for (let grew = true; grew;) {
    grew = false;
    for (const zone of doc.zone.values()) {
      if (zone.parent !== null && found.has(zone.parent) && !found.has(zone.id)) {
        found.add(zone.id);
        grew = true;
      }
    }
  }
  return found;
}

export function zoneDepth(doc: Doc, zoneId: string | null): number {
  const seen = new Set<string>();
  for (let at = zoneId; at !== null && !seen.has(at); at = doc.zone.get(at)?.parent ?? null) {
    seen.add(at);
  }
  return seen.size;
}

export function contains(box: Box, x: number, y: number): boolean {
  return x >= box[0] && y >= box[1] && x <= box[0] + box[2] && y <= box[1] + box[3];
}

export function centre(box: Box): [number, number] {
  return [box[0] + box[2] / 2, box[1] + box[3] / 2];
}

/** The innermost zone under a point; `except` are zones that are being moved themselves. */
export function zoneAt(
  doc: Doc,
  x: number,
  y: number,
  except: ReadonlySet<string> = new Set(),
): string | null {
  let best: Zone | null = null;
  let depth = -1;
  for (const zone of doc.zone.values()) {
    if (except.has(zone.id) || !contains(zone.box, x, y)) continue;
    const inner = zoneDepth(doc, zone.id);
    const smaller = best !== null && zone.box[2] * zone.box[3] < best.box[2] * best.box[3];
    if (inner > depth || (inner === depth && smaller)) [best, depth] = [zone, inner];
  }
  return best?.id ?? null;
}

/** Whether content leaves one zone for another; null while either place is unknown. */
export function crossesBoundary(doc: Doc, source: string, target: string): boolean | null {
  const from = doc.component.get(source)?.zone ?? null;
  const to = doc.component.get(target)?.zone ?? null;
  return from === null || to === null ? null : from !== to;
}
