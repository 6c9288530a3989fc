import { roomsOf, shiftedBox, shiftedPoints } from "./boxes";
import { elementId } from "./ids";
import type { Change, Component, Doc, Flow, Note, Values, Zone } from "./types";

/** What was copied, by value: it can be pasted after the originals have changed or gone. */
export interface Clip {
  zones: readonly Zone[];
  components: readonly Component[];
  flows: readonly Flow[];
  notes: readonly Note[];
}

/** Copy the selection: a zone with all that is inside, and the flows between copied components. */
export function copy(doc: Doc, ids: Iterable<string>): Clip {
  const chosen = new Set(ids);
  const rooms = roomsOf(doc, chosen);
  const components = [...doc.component.values()].filter(
    (component) =>
      chosen.has(component.id) || (component.zone !== null && rooms.has(component.zone)),
  );
  const ends = new Set(components.map((component) => component.id));
  return {
    zones: [...doc.zone.values()].filter((zone) => rooms.has(zone.id)),
    components,
    flows: [...doc.flow.values()].filter((flow) => ends.has(flow.source) && ends.has(flow.target)),
    notes: [...doc.note.values()].filter((note) => chosen.has(note.id)),
  };
}

/** The type under which a clip lies on the clipboard, beside its plain text. */
export const CLIP = "application/x-bartizan-clip";

/** The clip as a quick start reads it, for pasting into something else. */
export function clipText(clip: Clip): string {
  const names = new Map(clip.components.map((component) => [component.id, component.name]));
  const flows = clip.flows.map((flow) => `${names.get(flow.source)} -> ${names.get(flow.target)}`);
  return [...names.values(), ...flows, ...clip.notes.map((note) => note.text)].join("\n");
}

/** A clip from the clipboard, which anything may have written to; null when it is none. */
export function readClip(text: string): Clip | null {
  try {
    const clip = JSON.parse(text) as Clip;
    const sound = [clip.zones, clip.components, clip.flows, clip.notes].every(
      (rows) => Array.isArray(rows) && rows.every((row) => typeof row?.id === "string"),
    );
    const placed =
      sound &&
      [...clip.zones, ...clip.components, ...clip.notes].every(
        (row) => Array.isArray(row.box) && row.box.length === 4 && row.box.every(Number.isFinite),
      );
    const held =
      placed && [...clip.components, ...clip.flows].every((row) => Array.isArray(row.assets));
    const bent = held && clip.flows.every((flow) => areBends(flow.points));
    return bent ? clip : null;
  } catch {
    return null;
  }
}

function areBends(points: unknown): boolean {
  const isPoint = (point: unknown): boolean =>
    Array.isArray(point) && point.length === 2 && point.every(Number.isFinite);
  return Array.isArray(points) && points.every(isPoint);
}

export function isEmpty(clip: Clip): boolean {
  return clip.zones.length + clip.components.length + clip.notes.length === 0;
}

function values(row: { id: string }): Values {
  const { id: _id, ...rest } = row;
  return rest;
}

/** Paste with new ids throughout, a little to the side; places that are gone become unknown. */
export function paste(doc: Doc, clip: Clip, by: number): { changes: Change[]; ids: string[] } {
  const renamed = new Map(
    [...clip.zones, ...clip.components, ...clip.flows, ...clip.notes].map((row) => [
      row.id,
      elementId(),
    ]),
  );
  const newId = (id: string): string => renamed.get(id) ?? id;
  const place = (id: string | null): string | null =>
    id === null ? null : (renamed.get(id) ?? (doc.zone.has(id) ? id : null));
  const assets = (row: { assets: readonly string[] }) =>
    row.assets.filter((id) => doc.asset.has(id));
  const changes: Change[] = [
    ...clip.zones.map((zone): Change => ({
      kind: "zone",
      id: newId(zone.id),
      add: { ...values(zone), parent: place(zone.parent), box: shiftedBox(zone.box, by, by) },
    })),
    ...clip.components.map((component): Change => ({
      kind: "component",
      id: newId(component.id),
      add: {
        ...values(component),
        zone: place(component.zone),
        assets: assets(component),
        box: shiftedBox(component.box, by, by),
      },
    })),
    ...clip.flows.map((flow): Change => ({
      kind: "flow",
      id: newId(flow.id),
      add: {
        ...values(flow),
        source: newId(flow.source),
        target: newId(flow.target),
        assets: assets(flow),
        points: shiftedPoints(flow.points, by, by),
      },
    })),
    ...clip.notes.map((note): Change => ({
      kind: "note",
      id: newId(note.id),
      add: { text: note.text, box: shiftedBox(note.box, by, by) },
    })),
  ];
  const ids = [...clip.zones, ...clip.components, ...clip.notes].map((row) => newId(row.id));
  return { changes, ids };
}
