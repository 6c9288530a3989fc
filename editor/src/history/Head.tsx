import { getViewportForBounds, useReactFlow, useStore as useFlowStore } from "@xyflow/react";
import { X } from "lucide-react";
import { type ReactElement, useEffect } from "react";
import { AROUND } from "../canvas/detail";
import { boxAround, extent } from "../document/boxes";
import type { History } from "./history";
import { useHistory, useHistoryState } from "./state";
import { Marks } from "./Marks";
import { RiskStep } from "./RiskStep";
import { sentence } from "./words";
import "./history.css";
import { isNarrow } from "../narrow";
import { t } from "../words/t";

const FARTHEST = 0.04;
const TYPING = "dialog, textarea, input:not([type=range]), .scrubber-branch";

/** Esc leaves the past, before the shortcuts hear it; not from where it closes or clears. */
function useEscape(history: History): void {
  useEffect(() => {
    const leave = (event: KeyboardEvent): void => {
      const within = event.target instanceof Element && event.target.closest(TYPING);
      if (event.key === "Escape" && !within) history.close();
    };
    window.addEventListener("keydown", leave, { capture: true });
    return () => window.removeEventListener("keydown", leave, { capture: true });
  }, [history]);
}

/**
 * Show the whole where that helps: to compare, with what was removed, and where the timeline takes
 * half of the room. Again when the room changes: the panels come a little later than the drawing.
 */
function useFit(history: History): void {
  const { setViewport } = useReactFlow();
  const difference = useHistoryState((state) => state.difference);
  const width = useFlowStore((state) => state.width);
  const height = useFlowStore((state) => state.height);
  useEffect(() => {
    const { doc } = history.session.store.get();
    const drawn = [extent(doc), ...history.store.get().marks.boxes.map((mark) => mark.box)];
    const around = boxAround(drawn.filter((box) => box !== null));
    if (!around || width === 0 || (!difference && !isNarrow())) return;
    const [x, y, wide, high] = around;
    const bounds = { x, y, width: wide, height: high };
    void setViewport(getViewportForBounds(bounds, width, height, FARTHEST, 1, AROUND));
  }, [history, setViewport, difference, width, height]);
}

function Banner({ history }: { history: History }): ReactElement {
  const step = useHistoryState((state) => state.step);
  const at = useHistoryState((state) => state.at);
  const line = useHistoryState((state) => state.lines.get(state.at) ?? null);
  const difference = useHistoryState((state) => state.difference);
  const failed = useHistoryState((state) => state.failed);
  const risk = (step?.revision === at ? step : line)?.risk ?? null;
  return (
    <div className="past-banner">
      <p role="status">
        <strong>{difference ? t("Comparing.") : placed(at, history.newest)}</strong>{" "}
        {difference ? compared(difference) : sentence(line ?? step, at)} <em>{t("Read only.")}</em>
        {failed !== "" && <span className="past-failed"> {failed}</span>}
      </p>
      {!difference && risk && <RiskStep before={risk.before.risk} after={risk.after.risk} />}
      <button type="button" className="button" onClick={history.close}>
        <X size={14} aria-hidden="true" />
        {t("Back to now")}
      </button>
    </div>
  );
}

function placed(at: number, newest: number): string {
  return at < newest ? t("You are looking at the past.") : t("This is the newest state.");
}

function compared({ counts }: { counts: Readonly<Record<string, number>> }): string {
  return t("{added} added, {removed} removed, {changed} changed.", {
    added: counts.added,
    removed: counts.removed,
    changed: counts.changed,
  });
}

/** What stands over the canvas while one looks at the past. */
export default function Head(): ReactElement | null {
  const history = useHistory();
  return history && <Shown history={history} />;
}

function Shown({ history }: { history: History }): ReactElement {
  useEscape(history);
  useFit(history);
  return (
    <>
      <Banner history={history} />
      <Marks />
    </>
  );
}
