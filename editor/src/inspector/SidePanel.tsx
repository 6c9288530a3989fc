import {
  type KeyboardEvent,
  lazy,
  type ReactElement,
  type RefObject,
  Suspense,
  useEffect,
  useRef,
} from "react";
import { useTalk } from "../comments/use";
import { kindOf } from "../document/edits";
import { type Panel, useEditor, useSession, useView } from "../editor";
import { FindingsPanel } from "../findings/FindingsPanel";
import { ComponentFacts } from "./ComponentFacts";
import { FlowFacts } from "./FlowFacts";
import { ManyFacts } from "./ManyFacts";
import { NoteFacts } from "./NoteFacts";
import { SystemFacts } from "./SystemFacts";
import { ZoneFacts } from "./ZoneFacts";
import { t } from "../words/t";

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

const PANELS: readonly { panel: Panel; name: string }[] = [
  { panel: "facts", name: t("Facts") },
  { panel: "findings", name: t("Findings") },
  { panel: "comments", name: t("Comments") },
];
const STEPS: Readonly<Record<string, number>> = { ArrowRight: 1, ArrowLeft: PANELS.length - 1 };

/** One stop of the Tab key; arrows go from one tab to the next. */
function Tabs(): ReactElement {
  const { view } = useEditor();
  const panel = useView((now) => now.panel);
  const risk = useSession((state) => state.risk);
  const findings = risk ? Object.values(risk.by_level).reduce((sum, n) => sum + n, 0) : 0;
  const comments = useTalk((talk) => talk.threads.filter((one) => !one.resolved).length);
  const counts: Partial<Record<Panel, number>> = { findings, comments };
  const walk = (event: KeyboardEvent): void => {
    const step = STEPS[event.key];
    if (step === undefined) return;
    const at = PANELS.findIndex((one) => one.panel === panel);
    const next = PANELS[(at + step) % PANELS.length]?.panel ?? "facts";
    event.preventDefault();
    view.set({ panel: next });
    document.getElementById(`tab-${next}`)?.focus();
  };
  return (
    <div className="side-tabs" role="tablist" aria-label={t("Inspector")} onKeyDown={walk}>
      {PANELS.map(({ panel: own, name }) => (
        <button
          key={own}
          type="button"
          role="tab"
          id={`tab-${own}`}
          aria-selected={panel === own}
          aria-controls="side-body"
          tabIndex={panel === own ? 0 : -1}
          onClick={() => view.set({ panel: own })}
        >
          {name}
          {counts[own] !== undefined && <span className="count">{counts[own]}</span>}
        </button>
      ))}
    </div>
  );
}

/** Where what had the focus is gone, the panel itself takes it: keys go on from here. */
function useKeptFocus(body: RefObject<HTMLDivElement | null>): void {
  const selection = useView((view) => view.selection);
  const inside = useRef(false);
  useEffect(() => {
    const note = (event: FocusEvent): void => {
      inside.current =
        event.target instanceof Node && (body.current?.contains(event.target) ?? false);
    };
    document.addEventListener("focusin", note);
    return () => document.removeEventListener("focusin", note);
  }, [body]);
  useEffect(() => {
    if (inside.current && document.activeElement === document.body) body.current?.focus();
  }, [body, selection]);
}

/** What is selected, or the system itself; and beside it, all findings and what people say. */
export function SidePanel(): ReactElement {
  const panel = useView((now) => now.panel);
  const body = useRef<HTMLDivElement>(null);
  useKeptFocus(body);
  return (
    <aside className="side" aria-label={t("Inspector")}>
      <Tabs />
      <div
        className="side-body"
        id="side-body"
        role="tabpanel"
        aria-labelledby={`tab-${panel}`}
        tabIndex={-1}
        ref={body}
      >
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
