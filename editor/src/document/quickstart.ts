import type { Catalog } from "./catalog";
import { guessFlowKind, guessType } from "./guess";
import { elementId } from "./ids";
import { CARD } from "./read";
import type { Change, Doc } from "./types";

const ARROW = /\s*(?:->|=>|→)\s*/;
const GAP_X = 88;
const GAP_Y = 56;
const LABEL = 200;

export interface Sketch {
  names: string[];
  flows: { source: string; target: string; name: string }[];
}

/**
 * Read pasted text: a line is a component, `a -> b` a flow (`a -> b -> c` two), `: label` names it.
 *
 * Names are matched without regard to case; a flow's ends need no line of their own.
 */
export function readSketch(text: string): Sketch {
  const names = new Map<string, string>();
  const flows: Sketch["flows"] = [];
  const named = (raw: string): string => {
    const name = raw.trim().slice(0, LABEL);
    const key = name.toLowerCase();
    if (!names.has(key)) names.set(key, name);
    return names.get(key) ?? name;
  };
  for (const raw of text.split(/\r?\n/)) {
    const line = raw.replace(/^\s*(?:[-*•]|\d+[.)])\s+/, "").trim();
    if (line === "" || line.startsWith("#")) continue;
    const parts = line.split(ARROW);
    if (parts.length === 1) {
      named(line);
      continue;
    }
    const last = parts.at(-1) ?? "";
    const [end = "", ...label] = last.split(":");
    const ends = [...parts.slice(0, -1), end].filter((part) => part.trim() !== "").map(named);
    ends.slice(1).forEach((target, i) => {
      const source = ends[i] ?? target;
      if (source !== target)
        flows.push({ source, target, name: label.join(":").trim().slice(0, LABEL) });
    });
  }
  return { names: [...names.values()], flows };
}

/** A column for each step from where content starts; names nothing reaches share the first. */
export function columns(sketch: Sketch): Map<string, number> {
  const column = new Map(sketch.names.map((name) => [name, 0]));
  for (let round = 0; round < sketch.names.length; round += 1) {
    let moved = false;
    for (const { source, target } of sketch.flows) {
      const wanted = (column.get(source) ?? 0) + 1;
      // A cycle would push its members on for ever: no column beyond the number of names.
      if (wanted > (column.get(target) ?? 0) && wanted < sketch.names.length) {
        column.set(target, wanted);
        moved = true;
      }
    }
    if (!moved) break;
  }
  return column;
}

/** One operation for the whole sketch, laid out in columns below what is already drawn. */
export function sketchChanges(doc: Doc, catalog: Catalog, text: string): Change[] {
  const sketch = readSketch(text);
  const boxes = [...doc.component.values(), ...doc.zone.values()].map((element) => element.box);
  const top = boxes.length === 0 ? 80 : Math.max(...boxes.map((box) => box[1] + box[3])) + GAP_Y;
  const known = new Map([...doc.component.values()].map((c) => [c.name.toLowerCase(), c]));
  const ids = new Map<string, string>();
  const types = new Map<string, string>();
  const rows = new Map<number, number>();
  const changes: Change[] = [];
  const column = columns(sketch);
  for (const name of sketch.names) {
    const present = known.get(name.toLowerCase());
    ids.set(name, present?.id ?? elementId());
    types.set(name, present?.type ?? guessType(catalog, name));
    if (present) continue;
    const at = sketch.flows.length === 0 ? changes.length % 4 : (column.get(name) ?? 0);
    const row = rows.get(at) ?? 0;
    rows.set(at, row + 1);
    const box = [80 + at * (CARD[0] + GAP_X), top + row * (CARD[1] + GAP_Y), ...CARD];
    const add = { name, type: types.get(name), zone: null, box };
    changes.push({ kind: "component", id: ids.get(name) ?? "", add });
  }
  for (const { source, target, name } of sketch.flows) {
    const kind = guessFlowKind(catalog, types.get(source) ?? "other", types.get(target) ?? "other");
    const add = { kind, source: ids.get(source), target: ids.get(target), name };
    changes.push({ kind: "flow", id: elementId(), add });
  }
  return changes;
}
