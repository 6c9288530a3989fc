import { FlaskConical, Square } from "lucide-react";
import { type ReactElement, useEffect, useState } from "react";
import { useEditor, useMayEdit, useSession } from "../editor";
import { STATES } from "../job";
import type { Cost, Model, Run } from "../sync/messages";
import type { State } from "../sync/state";
import { Section } from "./parts";
import { digits, many, t } from "../words/t";

const underWay = (run: Run): boolean => run.state === "queued" || run.state === "running";

/** The newest run of a test on a model; the same object until that run changes. */
function newest(state: State, model: string, test: string): Run | undefined {
  let found: Run | undefined;
  for (const run of state.runs.values()) {
    if (run.model !== model || run.test !== test) continue;
    if (!found || run.created_at > found.created_at) found = run;
  }
  return found;
}

function Outcome({ run }: { run: Run }): ReactElement {
  const { api, session } = useEditor();
  const mayEdit = useMayEdit();
  const counted = run.result?.k !== undefined && Boolean(run.result.n);
  const cancel = (): void => {
    api.cancelRun(run.id).catch((error: Error) => session.tell(error.message));
  };
  return (
    <div className="outcome" role="status">
      <span>
        {STATES[run.state]}
        {underWay(run) && run.message !== "" ? `: ${run.message}` : ""}
      </span>
      {run.state === "succeeded" && counted && (
        <a href={`/runs/${run.id}/`}>
          <b>{t("{k} of {n} fell", { k: run.result?.k, n: run.result?.n })}</b>
        </a>
      )}
      {!underWay(run) && !(run.state === "succeeded" && counted) && (
        <span className="muted">{run.message}</span>
      )}
      {underWay(run) && (
        <>
          <progress value={run.progress} max={1} aria-label={t("Progress")} />
          {mayEdit && (
            <button
              type="button"
              className="icon-button"
              aria-label={t("Cancel the test")}
              onClick={cancel}
            >
              <Square size={14} />
            </button>
          )}
        </>
      )}
    </div>
  );
}

/** What a run will ask, before it is started. */
function costWords({ rows, calls, seconds }: Cost): string {
  const most = t("At most {rows} queries", { rows: digits(rows) });
  const asked =
    calls === null
      ? most
      : many(calls, "{most} in about {n} call", "{most} in about {n} calls", {
          most,
          n: digits(calls),
        });
  if (seconds === null) return t("{asked}; time unknown until its first run.", { asked });
  return seconds < 90
    ? t("{asked}, about {time} s.", { asked, time: Math.max(1, Math.round(seconds)) })
    : t("{asked}, about {time} min.", { asked, time: Math.round(seconds / 60) });
}

/** How many runs of a model have ended: each tells more of what the next one costs. */
const ended = (state: State, model: string | undefined): number =>
  [...state.runs.values()].filter((run) => run.model === model && !underWay(run)).length;

interface TestProps {
  model: Model;
  test: Model["tests"][number];
  cost: Cost | undefined;
}

function Test({ model, test, cost }: TestProps): ReactElement {
  const { api, session } = useEditor();
  const mayEdit = useMayEdit();
  const run = useSession((state) => newest(state, model.id, test.id));
  const [asking, setAsking] = useState(false);
  const [sure, setSure] = useState(false);
  const start = (): void => {
    if (cost?.large && !sure) return setSure(true);
    setAsking(true);
    setSure(false);
    api
      .startRun(model.id, test.id, sure)
      .then((started) => session.addRun(started))
      .catch((error: Error) => session.tell(error.message))
      .finally(() => setAsking(false));
  };
  const said = `${model.id}-${test.id}`;
  const busy = asking || (run !== undefined && underWay(run));
  return (
    <div className="test">
      <div className="test-head">
        <span id={said}>{test.name}</span>
        {mayEdit && (
          <button
            type="button"
            className="button"
            disabled={busy}
            aria-describedby={said}
            onClick={start}
          >
            <FlaskConical size={14} aria-hidden="true" />
            {sure ? t("Run it all the same") : t("Run test")}
          </button>
        )}
      </div>
      <p className="fact-help">{test.claim}</p>
      {mayEdit && cost && (
        <p className="fact-help" role={sure ? "alert" : undefined}>
          {sure && `${t("This is a large run.")} `}
          {costWords(cost)}
        </p>
      )}
      {run && <Outcome run={run} />}
    </div>
  );
}

/** Tests that cannot be run on the model, folded: each with its reason. */
function Refused({ tests }: { tests: Model["tests"] }): ReactElement | null {
  if (tests.length === 0) return null;
  return (
    <details className="refused">
      <summary>{t("Not testable on this model ({count})", { count: tests.length })}</summary>
      {tests.map((test) => (
        <p key={test.id} className="fact-help">
          <b>{test.name}</b>: {test.why_not}
        </p>
      ))}
    </details>
  );
}

/** The linked model and what can be tried on it, with what came out. */
export function Tests({ component }: { component: string }): ReactElement | null {
  const { api, boot, catalog } = useEditor();
  const model = useSession((state) => state.models.get(component));
  const type = useSession((state) => state.doc.component.get(component)?.type ?? "other");
  const [costs, setCosts] = useState<Readonly<Record<string, Cost>>>({});
  const id = model?.id;
  const told = useSession((state) => ended(state, id));
  useEffect(() => {
    if (!id) return;
    api.costs(id).then(setCosts, () => setCosts({})); // the server refuses a large run by itself
  }, [api, id, told]);
  if (!model) {
    const served = catalog.isA(type, ["inference-endpoint", "edge-model", "model-artefact"]);
    return served ? (
      <p className="fact-help">
        <a href={boot.urls.tests}>{t("Link its model")}</a> {t("to test it here.")}
      </p>
    ) : null;
  }
  return (
    <Section name={t("Linked model")}>
      <p className="model">
        {model.name} <code title={model.digest}>{model.digest.slice(0, 10)}</code>
      </p>
      {model.tests
        .filter((test) => test.applicable)
        .map((test) => (
          <Test key={test.id} model={model} test={test} cost={costs[test.id]} />
        ))}
      <Refused tests={model.tests.filter((test) => !test.applicable)} />
    </Section>
  );
}
