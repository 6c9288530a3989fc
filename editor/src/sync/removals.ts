import { nameOf } from "../document/names";
import type { Change, Doc } from "../document/types";
import type { LogItem } from "./messages";
import { LANGUAGE, t } from "../words/t";

/** What somebody took away, and the operation that did it: taking that back restores it. */
export interface Removal {
  id: string;
  name: string;
  by: string;
  op: string;
  at: number;
}

const MOST = 500;

/** The removals that this page was told of, the latest of each element. */
export class Removals {
  private readonly known = new Map<string, Removal>();

  /** Note those of an entry, as the drawing was before it. */
  take(item: LogItem, before: Doc): Removal[] {
    const { op } = item;
    if (op === null || (item.kind !== "operation" && item.kind !== "restore")) return [];
    const at = item.at ? Date.parse(item.at) : Date.now();
    const by = item.by?.name ?? t("Somebody");
    const found = item.changes
      .filter((change) => "remove" in change)
      .map(({ id }) => ({ id, name: nameOf(before, id), by, op, at }));
    for (const removal of found) this.known.set(removal.id, removal);
    while (this.known.size > MOST) this.known.delete([...this.known.keys()][0] ?? "");
    return found;
  }

  /** The removal that stands in the way of these changes. */
  find(changes: readonly Change[]): Removal | null {
    for (const { id } of changes) {
      const removal = this.known.get(id);
      if (removal) return removal;
    }
    return null;
  }
}

const RELATIVE = new Intl.RelativeTimeFormat(LANGUAGE, { numeric: "always" });

function ago(at: number): string {
  const minutes = Math.round((Date.now() - at) / 60_000);
  if (minutes < 1) return t("just now");
  return minutes < 60
    ? RELATIVE.format(-minutes, "minute")
    : RELATIVE.format(-Math.round(minutes / 60), "hour");
}

export function removedWords({ by, name, at }: Removal): string {
  return t("{by} removed “{name}” {ago}.", { by, name, ago: ago(at) });
}

export function refusedWords(removal: Removal): string {
  return t("{removed} So your change to it was not kept.", { removed: removedWords(removal) });
}
