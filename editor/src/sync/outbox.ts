import { applyChanges } from "../document/apply";
import type { Change, Doc } from "../document/types";
import type { ClientMessage } from "./messages";

/**
 * One thing that the server has been (or will be) asked for.
 *
 * `revision` is where the server put it, once acknowledged: from then on it is safe, and it is
 * kept here only until the server's own document has come that far.
 */
export interface Pending {
  id: string;
  changes: readonly Change[];
  undoes: string | null;
  revision: number | null;
}

export function message(entry: Pending): ClientMessage {
  return entry.undoes === null
    ? { t: "op", id: entry.id, changes: entry.changes }
    : { t: "undo", id: entry.id, op: entry.undoes };
}

/** What the person sees: the server's document with one's own unsettled changes on top. */
export function rebase(server: Doc, pending: readonly Pending[]): Doc {
  return pending.reduce((doc, entry) => applyChanges(doc, entry.changes), server);
}

export function unsaved(pending: readonly Pending[]): Pending[] {
  return pending.filter((entry) => entry.revision === null);
}

/** Entries that the server's document does not yet contain. */
export function unsettled(
  pending: readonly Pending[],
  revision: number,
  seen: ReadonlySet<string>,
): Pending[] {
  return pending.filter(
    (entry) => !seen.has(entry.id) && (entry.revision === null || entry.revision > revision),
  );
}

/**
 * Unsaved entries kept in the browser, so that a closed tab loses nothing.
 *
 * Each tab writes its own key and every tab adopts them all: sending an entry twice is harmless,
 * since the server answers a known id without applying it again.
 */
export class Keep {
  private readonly prefix: string;
  private readonly own: string;
  private readonly storage: Storage | null;

  constructor(system: string, person: string, tab: string, storage: Storage | null) {
    this.prefix = `bartizan/unsaved/${person}/${system}/`;
    this.own = this.prefix + tab;
    this.storage = storage;
  }

  save(pending: readonly Pending[]): void {
    const left = unsaved(pending);
    try {
      if (left.length === 0) this.storage?.removeItem(this.own);
      else this.storage?.setItem(this.own, JSON.stringify(left));
    } catch {
      // A full or forbidden storage takes away the safety net only, not the editing.
    }
  }

  /** Take over what closed tabs left behind. */
  adopt(): Pending[] {
    const found: Pending[] = [];
    for (const key of this.keys()) {
      found.push(...readKept(this.storage?.getItem(key) ?? "[]"));
      this.storage?.removeItem(key);
    }
    return found;
  }

  private keys(): string[] {
    if (this.storage === null) return [];
    const all = Array.from({ length: this.storage.length }, (_, i) => this.storage?.key(i) ?? "");
    return all.filter((key) => key.startsWith(this.prefix) && key !== this.own);
  }
}

function readKept(text: string): Pending[] {
  try {
    const rows = JSON.parse(text) as Pending[];
    return Array.isArray(rows) ? rows.filter((row) => typeof row.id === "string") : [];
  } catch {
    return [];
  }
}
