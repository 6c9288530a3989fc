import { type ReactElement, useEffect, useRef } from "react";
import { DifferenceList } from "./DifferenceList";
import type { History } from "./history";
import { useHistory, useHistoryState } from "./state";
import type { LogLine } from "./messages";
import { RiskStep } from "./RiskStep";
import { when } from "../words/when";
import { t } from "../words/t";

/** Beside the past: what happened around it, or what differs between the two that are compared. */
export default function Panel(): ReactElement | null {
  const history = useHistory();
  const difference = useHistoryState((state) => state.difference);
  if (!history) return null;
  return (
    <aside className="side past-side" aria-label={difference ? t("Differences") : t("Log")}>
      {difference ? (
        <DifferenceList difference={difference} history={history} />
      ) : (
        <Lines history={history} />
      )}
    </aside>
  );
}

/** How many entries are listed on each side of the one that is looked at. */
const AROUND = 40;

function Lines({ history }: { history: History }): ReactElement {
  const lines = useHistoryState((state) => state.lines);
  const baselines = useHistoryState((state) => state.baselines);
  const at = useHistoryState((state) => state.at);
  const near = [...lines.values()]
    .filter((line) => Math.abs(line.revision - at) <= AROUND)
    .sort((one, other) => other.revision - one.revision);
  const name = (revision: number): string =>
    baselines
      .filter((one) => one.revision === revision)
      .map((one) => one.name)
      .join(", ");
  if (near.length === 0) return <p className="empty">{t("Nothing has happened yet.")}</p>;
  return (
    <ol className="past-lines">
      {near.map((line) => (
        <li key={line.revision}>
          <Entry
            line={line}
            named={name(line.revision)}
            current={line.revision === at}
            go={() => history.go(line.revision)}
          />
        </li>
      ))}
    </ol>
  );
}

interface EntryProps {
  line: LogLine;
  named: string;
  current: boolean;
  go: () => void;
}

function Entry({ line, named, current, go }: EntryProps): ReactElement {
  const place = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (current) place.current?.scrollIntoView?.({ block: "nearest" });
  }, [current]);
  const { before, after } = line.risk ?? {};
  const moved = before && after && before.risk !== after.risk;
  return (
    <button
      type="button"
      ref={place}
      className="past-line"
      aria-current={current ? "step" : undefined}
      onClick={go}
    >
      {named !== "" && <span className="past-named">{t("Baseline: {named}", { named })}</span>}
      <span>{line.told}</span>
      <span className="muted">
        {line.revision} · {line.by?.name} · {when(line.at)}
      </span>
      {moved && <RiskStep before={before.risk} after={after.risk} />}
    </button>
  );
}
