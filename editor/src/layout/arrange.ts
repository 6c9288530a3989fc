import type { ElkNode } from "elkjs/lib/elk-api";
import type { Doc } from "../document/types";
import type { Editor } from "../editor";
import { laidOut } from "./engine";
import { bestFor, graphOf, layoutChanges, type Scope, scopeOf } from "./sheet";

/** Beyond as many components one way of laying them out has to do. */
const SLOW = 300;

function stageRatio(): number {
  const place = document.querySelector(".stage")?.getBoundingClientRect();
  return place && place.height > 0 ? place.width / place.height : 1.6;
}

/** What others have not removed meanwhile, as it is now. */
function here(doc: Doc, { zones, components }: Scope): Scope {
  return {
    zones: new Map([...doc.zone].filter(([id]) => zones.has(id))),
    components: new Map([...doc.component].filter(([id]) => components.has(id))),
  };
}

/** Lay the selection out, or everything, as one edit. Gives whether everything was. */
export async function arrange({ session, view }: Editor, signal: AbortSignal): Promise<boolean> {
  const { doc } = session.store.get();
  const scope = scopeOf(doc, view.get().selection);
  if (scope.components.size + scope.zones.size === 0) return false;
  const ways = scope.components.size > SLOW ? (["RIGHT"] as const) : (["RIGHT", "DOWN"] as const);
  const laid: ElkNode[] = [];
  for (const way of ways) laid.push(await laidOut(graphOf(doc, scope, way), signal));
  const best = bestFor(stageRatio(), laid);
  const now = session.store.get().doc;
  const done = best !== null && session.edit(layoutChanges(now, here(now, scope), best));
  return done && scope.components === doc.component;
}
