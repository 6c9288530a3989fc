import { completeComponent, completeFlow, completeNote, completeZone } from "./read";
import type { Change, CollectionKind, Doc, Values } from "./types";

type Row = { id: string } & Record<string, unknown>;
type Collection = ReadonlyMap<string, Row>;

/** Values without which an element is not whole; the server fills in the same ones. */
function complete(kind: CollectionKind, id: string, values: Values): Row {
  const row = { ...values, id };
  if (kind === "zone") return completeZone(row) as unknown as Row;
  if (kind === "component") return completeComponent(row) as unknown as Row;
  if (kind === "flow") return completeFlow(row) as unknown as Row;
  if (kind === "note") return completeNote(row) as unknown as Row;
  return row;
}

function collection(doc: Doc, kind: CollectionKind): Collection {
  return doc[kind] as unknown as Collection;
}

function withRow(doc: Doc, kind: CollectionKind, row: Row): Doc {
  return { ...doc, [kind]: new Map(collection(doc, kind)).set(row.id, row) };
}

function without(doc: Doc, kind: CollectionKind, ids: ReadonlySet<string>): Doc {
  if (ids.size === 0) return doc;
  const left = [...collection(doc, kind)].filter(([id]) => !ids.has(id));
  return { ...doc, [kind]: new Map(left) };
}

/** Set one dotted key; null clears. `assets.+` and `assets.-` change membership. */
function setKey<T extends Record<string, unknown>>(row: T, key: string, value: unknown): T {
  const dot = key.indexOf(".");
  if (dot < 0) return { ...row, [key]: value };
  const head = key.slice(0, dot);
  const tail = key.slice(dot + 1);
  if (tail === "+" || tail === "-") {
    const named = value as readonly string[];
    const kept = ((row[head] ?? []) as string[]).filter((id) => !named.includes(id));
    return { ...row, [head]: tail === "+" ? [...kept, ...named] : kept };
  }
  const inner = { ...((row[head] ?? {}) as Record<string, unknown>) };
  if (value === null) delete inner[tail];
  else inner[tail] = value;
  return { ...row, [head]: inner };
}

function setKeys<T extends Record<string, unknown>>(row: T, values: Values): T {
  return Object.entries(values).reduce((now, [key, value]) => setKey(now, key, value), row);
}

/** A component takes its flows along; a zone gives what stands in it to its parent. */
function remove(doc: Doc, kind: CollectionKind, id: string): Doc {
  let next = doc;
  if (kind === "component") {
    const flows = [...doc.flow.values()].filter((f) => f.source === id || f.target === id);
    next = without(next, "flow", new Set(flows.map((flow) => flow.id)));
  }
  if (kind === "zone") {
    const parent = doc.zone.get(id)?.parent ?? null;
    for (const zone of doc.zone.values()) {
      if (zone.parent === id) next = withRow(next, "zone", { ...zone, parent });
    }
    for (const component of doc.component.values()) {
      if (component.zone === id) next = withRow(next, "component", { ...component, zone: parent });
    }
  }
  if (kind === "asset") next = withoutAsset(next, id);
  return without(next, kind, new Set([id]));
}

function withoutAsset(doc: Doc, id: string): Doc {
  let next = doc;
  for (const kind of ["component", "flow"] as const) {
    for (const row of doc[kind].values()) {
      if (!row.assets.includes(id)) continue;
      const assets = row.assets.filter((asset) => asset !== id);
      next = withRow(next, kind, { ...row, assets });
    }
  }
  return next;
}

/**
 * Apply one change and give the new document; what was not touched is shared.
 *
 * Lenient on purpose: the server has judged (or will judge) the change, and a pending change of
 * one's own may meet an element that somebody else has just removed. Such a change does nothing.
 */
function applyChange(doc: Doc, change: Change): Doc {
  const { kind, id } = change;
  if (kind === "system") {
    if (!("set" in change)) return doc;
    return { ...doc, system: setKeys({ ...doc.system }, change.set) as Doc["system"] };
  }
  const present = collection(doc, kind).get(id);
  if ("add" in change) {
    return present ? doc : withRow(doc, kind, complete(kind, id, change.add));
  }
  if (!present) return doc;
  if ("remove" in change) return remove(doc, kind, id);
  return withRow(doc, kind, setKeys(present, change.set));
}

export function applyChanges(doc: Doc, changes: readonly Change[]): Doc {
  return changes.reduce(applyChange, doc);
}
