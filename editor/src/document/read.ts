import type { Asset, Component, Doc, Entry, Flow, Note, System, Zone } from "./types";

type Plain = Record<string, unknown>;

const PLACE = [0, 0] as const;
export const CARD = [176, 64] as const;
export const ROOM = [320, 240] as const;
export const SLIP = [160, 96] as const;

export function completeZone(values: Plain): Zone {
  return {
    name: "",
    kind: null,
    parent: null,
    trust: null,
    box: [...PLACE, ...ROOM],
    ...values,
  } as unknown as Zone;
}

export function completeComponent(values: Plain): Component {
  return {
    name: "",
    type: "other",
    zone: null,
    assets: [],
    attributes: {},
    note: "",
    box: [...PLACE, ...CARD],
    ...values,
  } as unknown as Component;
}

export function completeFlow(values: Plain): Flow {
  return {
    kind: "data",
    name: "",
    assets: [],
    attributes: {},
    points: [],
    ...values,
  } as unknown as Flow;
}

export function completeNote(values: Plain): Note {
  return { text: "", box: [...PLACE, ...SLIP], ...values } as unknown as Note;
}

function byId<T extends { id: string }>(
  list: unknown,
  complete: (values: Plain) => T,
): ReadonlyMap<string, T> {
  const rows = Array.isArray(list) ? (list as Plain[]) : [];
  return new Map(rows.map((row) => [String(row.id), complete(row)]));
}

const asEntry = (values: Plain): Entry => values as Entry;

/** `out_of_scope` names its element in `element`; everything else carries `id`. */
const asOutOfScope = (values: Plain): Entry => ({ ...values, id: String(values.id) });

/** Read the document of a `welcome`: lists become maps by id, left-out values get defaults. */
export function readDocument(data: Plain): Doc {
  const outOfScope = Array.isArray(data.out_of_scope) ? (data.out_of_scope as Plain[]) : [];
  return {
    system: (data.system ?? { name: "" }) as unknown as System,
    zone: byId(data.zones, completeZone),
    component: byId(data.components, completeComponent),
    flow: byId(data.flows, completeFlow),
    asset: byId(data.assets, (values) => values as unknown as Asset),
    adversary: byId(data.adversaries, asEntry),
    assumption: byId(data.assumptions, asEntry),
    out_of_scope: byId(
      outOfScope.map((row) => ({ ...row, id: row.element })),
      asOutOfScope,
    ),
    scenario: byId(data.scenarios, asEntry),
    note: byId(data.notes, completeNote),
    image: byId(data.images, asEntry),
    catalog: byId(data.catalog, asEntry),
  };
}

export const EMPTY: Doc = readDocument({});
