import { lazy, type ReactElement, Suspense } from "react";
import { useTalk } from "../comments/use";
import { kindOf } from "../document/edits";
import { useEditor, useSession, useView } from "../editor";
import { FindingsPanel } from "../findings/FindingsPanel";
import { ComponentFacts } from "./ComponentFacts";
import { FlowFacts } from "./FlowFacts";
import { ManyFacts } from "./ManyFacts";
import { NoteFacts } from "./NoteFacts";
import { SystemFacts } from "./SystemFacts";
import { ZoneFacts } from "./ZoneFacts";

/* Fetched when somebody first talks. */
const CommentsPanel = lazy(() => import("../comments/CommentsPanel"));

function Facts(): ReactElement {
  const selection = useView((view) => view.selection);
  const doc = useSession((state) => state.doc);
  const [id] = selection;
  if (selection.size > 1) return <ManyFacts ids={selection} />;
  if (id === undefined) return <SystemFacts />;
  switch (kindOf(doc, id)) {
    case "component":
      return <ComponentFacts key={id} id={id} />;
    case "flow":
      return <FlowFacts key={id} id={id} />;
    case "zone":
      return <ZoneFacts key={id} id={id} />;
    case "note":
      return <NoteFacts key={id} id={id} />;
    default:
      return <SystemFacts />;
  }
}

/** What is selected, or the system itself; and beside it, all findings. */
export function SidePanel(): ReactElement {
  const { view } = useEditor();
  const panel = useView((now) => now.panel);
  const findings = useSession((state) => state.risk);
  const count = findings ? Object.values(findings.by_level).reduce((sum, n) => sum + n, 0) : 0;
  const open = useTalk((talk) => talk.threads.filter((one) => !one.resolved).length);
  return (
    <aside className="side" aria-label="Inspector">
      <div className="side-tabs" role="tablist" aria-label="Inspector">
        <button
          type="button"
          role="tab"
          id="tab-facts"
          aria-selected={panel === "facts"}
          aria-controls="side-body"
          onClick={() => view.set({ panel: "facts" })}
        >
          Facts
        </button>
        <button
          type="button"
          role="tab"
          id="tab-findings"
          aria-selected={panel === "findings"}
          aria-controls="side-body"
          onClick={() => view.set({ panel: "findings" })}
        >
          Findings <span className="count">{count}</span>
        </button>
        <button
          type="button"
          role="tab"
          id="tab-comments"
          aria-selected={panel === "comments"}
          aria-controls="side-body"
          onClick={() => view.set({ panel: "comments" })}
        >
          Comments <span className="count">{open}</span>
        </button>
      </div>
      <div className="side-body" id="side-body" role="tabpanel" aria-labelledby={`tab-${panel}`}>
        {panel === "facts" && <Facts />}
        {panel === "findings" && <FindingsPanel />}
        {panel === "comments" && (
          <Suspense fallback={null}>
            <CommentsPanel />
          </Suspense>
        )}
      </div>
    </aside>
  );
}
