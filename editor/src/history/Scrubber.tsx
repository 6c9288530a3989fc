import { ChevronLeft, ChevronRight } from "lucide-react";
import type { CSSProperties, ReactElement } from "react";
import { mayDraw } from "../bootstrap";
import { useEditor } from "../editor";
import { useStore } from "../sync/store";
import type { History } from "./history";
import { useHistory, useHistoryState } from "./state";
import { Branching } from "./Branching";
import { Keep } from "./Keep";
import type { Baseline } from "./messages";
import { sentence } from "./words";
import { t } from "../words/t";

interface Of {
  history: History;
}

/** The whole log as one line; by keyboard the arrows go entry by entry, Home and End to its ends. */
export default function Scrubber(): ReactElement | null {
  const history = useHistory();
  return history && <Line history={history} />;
}

function Line({ history }: Of): ReactElement {
  const newest = useStore(history.live.store, (state) => state.revision);
  const at = useHistoryState((state) => state.at);
  const line = useHistoryState((state) => state.lines.get(state.at) ?? null);
  const busy = useHistoryState((state) => state.busy);
  return (
    <section className="scrubber" aria-label={t("Timeline")} aria-busy={busy}>
      <Arrow label={t("Earlier")} by={-1} to={at - 1} disabled={at <= 0} history={history} />
      <div className="scrubber-line">
        <Ticks newest={newest} />
        <input
          type="range"
          min={0}
          max={newest}
          value={at}
          aria-label={t("Revision")}
          aria-valuetext={sentence(line, at)}
          onChange={(event) => history.go(event.currentTarget.valueAsNumber)}
        />
      </div>
      <Arrow label={t("Later")} by={1} to={at + 1} disabled={at >= newest} history={history} />
      <output className="scrubber-at">{t("{at} of {newest}", { at, newest })}</output>
      <Named history={history} newest={newest} />
      <Acts history={history} newest={newest} />
    </section>
  );
}

interface ArrowProps extends Of {
  label: string;
  by: -1 | 1;
  to: number;
  disabled: boolean;
}

function Arrow({ label, by, to, disabled, history }: ArrowProps): ReactElement {
  return (
    <button
      type="button"
      className="icon-button"
      aria-label={label}
      disabled={disabled}
      onClick={() => history.go(to)}
    >
      {by < 0 ? <ChevronLeft size={16} /> : <ChevronRight size={16} />}
    </button>
  );
}

/** Where the baselines stand on the line; the choice beside it names them. */
function Ticks({ newest }: { newest: number }): ReactElement {
  const baselines = useHistoryState((state) => state.baselines);
  return (
    <div className="scrubber-ticks" aria-hidden="true">
      {baselines.map((one) => (
        <span key={one.id} title={one.name} style={place(one, newest)} />
      ))}
    </div>
  );
}

const place = ({ revision }: Baseline, newest: number): CSSProperties =>
  ({ "--at": newest === 0 ? 0 : revision / newest }) as CSSProperties;

/** Going to a baseline, and comparing what is shown with one or with now. */
function Named({ history, newest }: Of & { newest: number }): ReactElement {
  const baselines = useHistoryState((state) => state.baselines);
  const at = useHistoryState((state) => state.at);
  const options = baselines.map((one) => (
    <option key={one.id} value={one.id}>
      {one.name} ({one.revision})
    </option>
  ));
  const goTo = (id: string): void => {
    const found = baselines.find((one) => one.id === id);
    if (found) history.go(found.revision);
  };
  return (
    <>
      {baselines.length > 0 && (
        <select
          className="input"
          aria-label={t("Go to a baseline")}
          value=""
          onChange={(event) => goTo(event.currentTarget.value)}
        >
          <option value="">{t("Baselines…")}</option>
          {options}
        </select>
      )}
      <select
        className="input"
        aria-label={t("Compare with")}
        value=""
        onChange={(event) => {
          const [from, to] = event.currentTarget.value.split(">");
          void history.compare(from ?? "", to ?? "");
        }}
      >
        <option value="">{t("Compare with…")}</option>
        {at > 0 && <option value={`${at - 1}>${at}`}>{t("the entry before")}</option>}
        {at < newest && <option value={`${at}>${newest}`}>{t("now")}</option>}
        {baselines.map((one) => (
          <option key={one.id} value={one.revision <= at ? `${one.id}>${at}` : `${at}>${one.id}`}>
            {one.name}
          </option>
        ))}
      </select>
    </>
  );
}

function Acts({ history, newest }: Of & { newest: number }): ReactElement | null {
  const { boot } = useEditor();
  const at = useHistoryState((state) => state.at);
  const busy = useHistoryState((state) => state.busy);
  if (!mayDraw(boot.role)) return null;
  return (
    <span className="scrubber-acts">
      <button
        type="button"
        className="button"
        disabled={busy || at >= newest}
        title={t("As a new entry of the log, which can be taken back")}
        onClick={() => void history.restore()}
      >
        {t("Restore this")}
      </button>
      <Branching history={history} busy={busy} />
      {at >= newest && <Keep history={history} role={boot.role} />}
    </span>
  );
}
