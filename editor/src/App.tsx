import { ReactFlowProvider } from "@xyflow/react";
import { lazy, type ReactElement, Suspense, useEffect, useMemo, useState } from "react";
import { type Bootstrap, mayDraw } from "./bootstrap";
import { Canvas } from "./canvas/Canvas";
import { useAddressedComment, useFreshComments } from "./comments/use";
import { Catalog } from "./document/catalog";
import {
  type Editor,
  EditorProvider,
  FIRST_VIEW,
  select,
  useEditor,
  useLivingSelection,
  useMayEdit,
  useSession,
  useView,
} from "./editor";
import { Notice } from "./frame/Notice";
import { isShownAround, tourSeen } from "./frame/tour";
import { StateStrip } from "./frame/StateStrip";
import { TASKS, toggleTask } from "./frame/tasks";
import { useHistoryState } from "./history/state";
import { Past } from "./history/Past";
import type { Api } from "./sync/api";
import type { Session } from "./sync/session";
import { Store, useStore } from "./sync/store";
import { t } from "./words/t";

/* Fetched beside the catalog: the drawing does not wait for its facts, its palette and its keys. */
const inspector = import("./inspector/SidePanel");
const SidePanel = lazy(async () => ({ default: (await inspector).SidePanel }));
const palette = import("./palette/Palette");
const Palette = lazy(async () => ({ default: (await palette).Palette }));
const keyboard = import("./keyboard");
const Keyboard = lazy(async () => ({ default: (await keyboard).Keyboard }));
/* Fetched when they are first opened. */
const Outline = lazy(async () => ({ default: (await import("./outline/Outline")).Outline }));
const QuickStart = lazy(async () => {
  return { default: (await import("./palette/QuickStart")).QuickStart };
});
/* Fetched for newcomers. */
const Start = lazy(async () => ({ default: (await import("./canvas/Start")).Start }));
const Tour = lazy(() => import("./frame/Tour"));
const Shortcuts = lazy(async () => ({ default: (await import("./frame/Shortcuts")).Shortcuts }));
/* Fetched when somebody first looks back. */
const PastHead = lazy(() => import("./history/Head"));
const PastScrubber = lazy(() => import("./history/Scrubber"));
const PastPanel = lazy(() => import("./history/Panel"));
/* Fetched when somebody first asks. */
const PathsPanel = lazy(() => import("./paths/PathsPanel"));
const WorkshopPlace = lazy(() => import("./workshop/Place"));
const QuestionsPanel = lazy(() => import("./questions/QuestionsPanel"));

interface AppProps {
  boot: Bootstrap;
  session: Session;
  api: Api;
}

/** The system's catalog; read again when an owner applies another one. */
function useCatalog({ api, boot, session }: AppProps): {
  catalog: Catalog | null;
  failed: string;
  again: () => void;
} {
  const changed = useStore(session.store, (state) => state.catalogChanged);
  const [catalog, setCatalog] = useState<Catalog | null>(null);
  const [failed, setFailed] = useState("");
  const [attempt, setAttempt] = useState(0);
  useEffect(() => {
    setFailed("");
    api.catalog(boot.system).then(
      (data) => setCatalog(new Catalog(data)),
      (error: Error) => setFailed(error.message),
    );
  }, [api, boot, changed, attempt]);
  return { catalog, failed, again: () => setAttempt(attempt + 1) };
}

/** The address may name an element: select it as soon as the document is here. */
function useAddressedElement(): void {
  const editor = useEditor();
  const loaded = useSession((state) => state.loaded);
  useEffect(() => {
    const id = window.location.hash.slice(1);
    if (loaded && id !== "") select(editor, [id], true);
  }, [editor, loaded]);
}

/** A system that was made to paste a list into begins with the place to paste it. */
function useAddressedStart(): void {
  const { view } = useEditor();
  const mayEdit = useMayEdit();
  useEffect(() => {
    const address = new URL(window.location.href);
    if (!mayEdit || address.searchParams.get("start") !== "paste") return;
    address.searchParams.delete("start");
    window.history.replaceState(null, "", address);
    view.set({ dialog: "quick-start" });
  }, [mayEdit, view]);
}

/** Other pages lead here to look at the paths, or to answer questions. */
function useAddressedTask(): void {
  const editor = useEditor();
  const loaded = useSession((state) => state.loaded);
  useEffect(() => {
    const address = new URL(window.location.href);
    const task = TASKS.find((one) => one === address.searchParams.get("show"));
    if (!loaded || task === undefined) return;
    address.searchParams.delete("show");
    window.history.replaceState(null, "", address);
    toggleTask(editor, task);
  }, [editor, loaded]);
}

/** A model linked or replaced elsewhere: the log says that, not what can be tried on it. */
function useFreshModels(): void {
  const { api, boot, session } = useEditor();
  const changed = useSession((state) => state.modelsChanged);
  useEffect(() => {
    if (changed === 0) return;
    api.models(boot.system).then(
      (models) => session.setModels(models),
      (error: Error) => session.tell(error.message),
    );
  }, [api, boot, session, changed]);
}

/** Another catalog applied by an owner: say so, and take away the page's offer to do it. */
function useAppliedCatalog(): void {
  const { session } = useEditor();
  const changed = useSession((state) => state.catalogChanged);
  useEffect(() => {
    if (changed === 0) return;
    document.querySelector(".catalog-banner")?.remove();
    session.tell(t("Another catalog was applied: the findings are judged anew."));
  }, [session, changed]);
}

function Workbench(): ReactElement {
  const loaded = useSession((state) => state.loaded);
  const draws = useSession((state) => mayDraw(state.role));
  const outline = useView((view) => view.outline);
  const panels = useView((view) => view.panels);
  const dialog = useView((view) => view.dialog);
  const past = useHistoryState((state) => state.open);
  const [head, setHead] = useState<HTMLElement | null>(null);
  useAddressedElement();
  useAddressedStart();
  useAddressedComment();
  useAddressedTask();
  useLivingSelection();
  return (
    <div className="workbench">
      <StateStrip />
      {!past && <Around />}
      <Later of={<Keyboard />} />
      {panels && !past && draws && <Parts />}
      <div className="workbench-middle">
        <div ref={setHead} />
        {past && <Later of={<PastHead />} />}
        <div className="stage">
          {loaded ? <Canvas /> : <Opening />}
          {loaded && !past && <Empty />}
          <Notice />
        </div>
        {past && <Later of={<PastScrubber />} />}
        {outline && <Later of={<Outline />} />}
      </div>
      {past ? <Later of={<PastPanel />} /> : <Beside head={head} />}
      {dialog === "quick-start" && <Later of={<QuickStart />} />}
      {dialog === "shortcuts" && <Later of={<Shortcuts />} />}
    </div>
  );
}

/** The palette; its room is kept while it is fetched, as the inspector's is. */
function Parts(): ReactElement {
  return (
    <Suspense fallback={<aside className="palette" aria-busy="true" />}>
      <Palette />
    </Suspense>
  );
}

/** What to do first, while nothing is drawn. */
function Empty(): ReactElement | null {
  const empty = useSession((state) => state.doc.component.size + state.doc.zone.size === 0);
  return empty ? <Later of={<Start />} /> : null;
}

/** The workshop while one goes on; its bar goes to the head of the drawing. */
function Beside({ head }: { head: HTMLElement | null }): ReactElement {
  const workshop = useSession((state) => state.workshop);
  if (workshop === null) return <Side />;
  return (
    <Suspense fallback={<aside className="side" aria-busy="true" />}>
      <WorkshopPlace workshop={workshop} head={head} otherwise={<Side />} />
    </Suspense>
  );
}

/** The inspector, or what takes its place for a while. */
function Side(): ReactElement | null {
  const panels = useView((view) => view.panels);
  const task = useView((view) => view.task);
  if (task === "paths") return <Later of={<PathsPanel />} />;
  if (task === "questions") return <Later of={<QuestionsPanel />} />;
  if (!panels) return null;
  // Its room is kept while it is fetched: the first sight is fitted to what is left.
  return (
    <Suspense fallback={<aside className="side" aria-busy="true" />}>
      <SidePanel />
    </Suspense>
  );
}

/** Who opens a drawing for the first time is shown around, once. */
function Around(): ReactElement | null {
  const { view } = useEditor();
  const loaded = useSession((state) => state.loaded);
  const shown = useSession((state) => isShownAround(state.role, state.workshop !== null));
  const step = useView((now) => now.tour);
  const busy = useView((now) => now.dialog !== "none");
  useEffect(() => {
    if (loaded && shown && !tourSeen()) view.set({ tour: 0 });
  }, [loaded, shown, view]);
  return step === null || busy || !shown ? null : <Later of={<Tour step={step} />} />;
}

/** What goes on in the present, also while one looks at the past. */
function Present(): null {
  useFreshModels();
  useFreshComments();
  useAppliedCatalog();
  return null;
}

function Later({ of }: { of: ReactElement }): ReactElement {
  return <Suspense fallback={null}>{of}</Suspense>;
}

function Opening(): ReactElement {
  return (
    <div className="waiting" role="status">
      {t("Opening the diagram…")}
    </div>
  );
}

export function App(props: AppProps): ReactElement {
  const { boot, session, api } = props;
  const { catalog, failed, again } = useCatalog(props);
  const [view] = useState(() => new Store(FIRST_VIEW));
  const editor = useMemo<Editor | null>(
    () => catalog && { boot, session, api, catalog, view },
    [boot, session, api, catalog, view],
  );
  if (failed !== "") {
    return (
      <div className="waiting" role="alert">
        <p>{failed}</p>
        <button type="button" className="button" onClick={again}>
          {t("Try again")}
        </button>
      </div>
    );
  }
  if (!editor) return <Opening />;
  return (
    <EditorProvider value={editor}>
      <ReactFlowProvider>
        <Present />
        <Past>
          <Workbench />
        </Past>
      </ReactFlowProvider>
    </EditorProvider>
  );
}
