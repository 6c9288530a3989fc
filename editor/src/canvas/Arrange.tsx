import type { ElkNode } from "elkjs/lib/elk-api";
import { LoaderCircle, Network } from "lucide-react";
import { type ReactElement, useRef, useState } from "react";
import { showAll } from "../actions";
import { type Editor, useEditor } from "../editor";
import type { Doc } from "../document/types";
import { bestFor, graphOf, layoutChanges, type Scope, scopeOf } from "../layout/sheet";

const TOO_LONG_MS = 60_000;

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

/** Lay the selection out, or everything; the engine is fetched by the first who asks. */
async function arrange(editor: Editor, signal: AbortSignal): Promise<void> {
  const { session, view } = editor;
  const { doc } = session.store.get();
  const scope = scopeOf(doc, view.get().selection);
  if (scope.components.size + scope.zones.size === 0) return;
  const { laidOut } = await import("../layout/engine");
  const ways = scope.components.size > SLOW ? (["RIGHT"] as const) : (["RIGHT", "DOWN"] as const);
  const laid: ElkNode[] = [];
  for (const way of ways) laid.push(await laidOut(graphOf(doc, scope, way), signal));
  const best = bestFor(stageRatio(), laid);
  const now = session.store.get().doc;
  if (!best || !session.edit(layoutChanges(now, here(now, scope), best))) return;
  if (scope.components === doc.component) window.requestAnimationFrame(() => showAll(editor));
}

/** One button: arranges, and while it does, stops. */
export function Arrange(): ReactElement {
  const editor = useEditor();
  const [busy, setBusy] = useState(false);
  const running = useRef<AbortController | null>(null);
  const press = (): void => {
    if (running.current) return running.current.abort();
    const stop = new AbortController();
    running.current = stop;
    setBusy(true);
    arrange(editor, AbortSignal.any([stop.signal, AbortSignal.timeout(TOO_LONG_MS)]))
      .catch((error: Error) => {
        if (!stop.signal.aborted) editor.session.tell(`Nothing was arranged: ${error.message}`);
      })
      .finally(() => {
        running.current = null;
        setBusy(false);
      });
  };
  return (
    <button
      type="button"
      className="icon-button"
      aria-label={busy ? "Stop arranging" : "Arrange"}
      title={busy ? "Arranging; press to stop" : "Arrange the selection, or everything (ELK, EPL-2.0)"}
      aria-busy={busy}
      onClick={press}
    >
      {busy ? <LoaderCircle size={16} className="turning" /> : <Network size={16} />}
    </button>
  );
}
