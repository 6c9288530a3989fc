import {
  Check,
  CircleAlert,
  CloudOff,
  Keyboard,
  ListTree,
  LoaderCircle,
  PanelLeft,
  Redo2,
  Undo2,
} from "lucide-react";
import { type ReactElement, useEffect } from "react";
import { createPortal } from "react-dom";
import { mayDraw } from "../bootstrap";
import { useEditor, useSession, useView } from "../editor";
import { LevelWord } from "../findings/Badge";
import { HistoryButton } from "../history/HistoryButton";
import { useTogether } from "./following";
import { useSheet } from "./sheet";
import { People } from "./People";
import { t } from "../words/t";
import { LEVEL_NAMES } from "../words/levels";

/** Saved, saving or offline: the state of truth, always in the same place. */
function Saved(): ReactElement {
  const connection = useSession((state) => state.connection);
  const unsaved = useSession((state) => state.unsaved);
  const { session } = useEditor();
  if (connection === "offline") {
    return (
      <button type="button" className="saved saved-offline" onClick={session.retry}>
        <CloudOff size={14} aria-hidden="true" />
        {unsaved === 0 ? t("Offline") : t("Offline, {unsaved} unsaved", { unsaved })}
      </button>
    );
  }
  if (connection === "closed") {
    return (
      <span className="saved saved-offline">
        <CircleAlert size={14} aria-hidden="true" />
        {unsaved === 0 ? t("Disconnected") : t("Disconnected, {unsaved} unsaved", { unsaved })}
      </span>
    );
  }
  if (connection === "connecting") return <span className="saved">{t("Connecting")}</span>;
  return unsaved === 0 ? (
    <span className="saved">
      <Check size={14} aria-hidden="true" />
      {t("Saved")}
    </span>
  ) : (
    <span className="saved">
      <LoaderCircle size={14} aria-hidden="true" />
      {t("Saving {unsaved}", { unsaved })}
    </span>
  );
}

function UndoRedo(): ReactElement {
  const { session } = useEditor();
  const canUndo = useSession((state) => state.canUndo);
  const canRedo = useSession((state) => state.canRedo);
  return (
    <span className="button-pair">
      <button
        type="button"
        className="icon-button"
        aria-label={t("Undo")}
        title={t("Undo (Ctrl Z)")}
        disabled={!canUndo}
        onClick={session.undo}
      >
        <Undo2 size={16} />
      </button>
      <button
        type="button"
        className="icon-button"
        aria-label={t("Redo")}
        title={t("Redo (Ctrl Shift Z)")}
        disabled={!canRedo}
        onClick={session.redo}
      >
        <Redo2 size={16} />
      </button>
    </span>
  );
}

/** The system's risk with the range that unanswered questions leave open. */
function SystemRisk(): ReactElement | null {
  const risk = useSession((state) => state.risk);
  if (!risk?.risk) return null;
  const [low, high] = risk.range;
  const open = low !== high && low !== null && high !== null;
  return (
    <span className="system-risk" title={t("Highest residual risk of the open findings")}>
      <LevelWord level={risk.risk} />
      {open && (
        <span className="muted">
          {t("{low} to {high}", { low: LEVEL_NAMES[low], high: LEVEL_NAMES[high] })}
        </span>
      )}
    </span>
  );
}

/** The page names the system; a new name is shown there without loading it again. */
function useNameInFrame(): void {
  const name = useSession((state) => (state.loaded ? state.doc.system.name : ""));
  useEffect(() => {
    const heading = document.querySelector(".system-head h1");
    if (name !== "" && heading) heading.textContent = name;
  }, [name]);
}

/** The state of truth, drawn into the strip that every page of a system has at its head. */
export function StateStrip(): ReactElement | null {
  useNameInFrame();
  useTogether();
  useSheet();
  const place = document.getElementById("editor-state");
  return place && createPortal(<State />, place);
}

function State(): ReactElement {
  const { view } = useEditor();
  const revision = useSession((state) => state.revision);
  const role = useSession((state) => state.role);
  const outline = useView((now) => now.outline);
  const panels = useView((now) => now.panels);
  return (
    <div className="state-strip">
      <SystemRisk />
      {!mayDraw(role) ? <span className="chip">{t("View only")}</span> : <UndoRedo />}
      <span className="truth" role="status">
        <Saved />
        {revision >= 0 && (
          <span className="muted" title={t("Revision of the log")}>
            {t("r{revision}", { revision })}
          </span>
        )}
      </span>
      <People />
      <HistoryButton />
      <button
        type="button"
        className="icon-button"
        aria-label={t("Panels")}
        aria-pressed={panels}
        title={t("Panels (\\)")}
        onClick={() => view.set({ panels: !panels })}
      >
        <PanelLeft size={16} />
      </button>
      <button
        type="button"
        className="icon-button"
        aria-label={t("Outline")}
        aria-pressed={outline}
        title={t("Outline (O)")}
        onClick={() => view.set({ outline: !outline })}
      >
        <ListTree size={16} />
      </button>
      <button
        type="button"
        className="icon-button"
        aria-label={t("Keyboard shortcuts")}
        title={t("Shortcuts (?)")}
        onClick={() => view.set({ dialog: "shortcuts" })}
      >
        <Keyboard size={16} />
      </button>
    </div>
  );
}
