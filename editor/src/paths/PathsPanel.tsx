import { type ReactElement, useEffect, useState } from "react";
import { useEditor, useSession, useView } from "../editor";
import { LevelWord } from "../findings/Badge";
import { TaskPanel } from "../frame/TaskPanel";
import { Select } from "../inspector/fields";
import { Steps } from "./Steps";
import { hideWay, renewWay, showWay } from "./stepping";
import { type Asking, useWays } from "./useWays";
import { type AssetWays, elementsOf, signature, type Way, type Ways } from "./ways";
import { boundsText, fallText, inWords, percent, span } from "./words";
import "./paths.css";
import { LEVEL_NAMES } from "../words/levels";
import { many, t } from "../words/t";

/** Attack paths: how likely each asset is hit, by which ways, and each way step by step. */
export default function PathsPanel(): ReactElement {
  const editor = useEditor();
  const asking = useWays();
  useEffect(() => () => hideWay(editor), [editor]);
  return (
    <TaskPanel title={t("Attack paths")}>
      <div className="task-body">
        <Freshness asking={asking} />
        {asking.ways && <Assets ways={asking.ways} />}
      </div>
    </TaskPanel>
  );
}

/** Whether what is shown is of the drawing as it is. */
function Freshness({ asking }: { asking: Asking }): ReactElement {
  const revision = useSession((state) => state.revision);
  const { ways, stale, failed, ask } = asking;
  if (failed !== "") {
    return (
      <p className="task-said" role="alert">
        {failed}{" "}
        <button type="button" className="button" onClick={ask}>
          {t("Try again")}
        </button>
      </p>
    );
  }
  if (asking.asking || !ways) {
    return (
      <p className="task-said" role="status">
        {t("Working out the ways to each asset…")}
      </p>
    );
  }
  return (
    <div role="status">
      {stale && (
        <p className="task-said">
          {t("The drawing changed: this is revision {then}, it is at {now}.", {
            then: ways.revision,
            now: revision,
          })}{" "}
          <button type="button" className="button" onClick={ask}>
            {t("Work them out again")}
          </button>
        </p>
      )}
    </div>
  );
}

const chosenOf = (ways: Ways, id: string): AssetWays | undefined =>
  ways.assets.find(({ asset }) => asset === id) ?? ways.assets[0];

function Assets({ ways }: { ways: Ways }): ReactElement {
  const [chosen, setChosen] = useState("");
  const asset = chosenOf(ways, chosen);
  if (!asset) return <NoWays />;
  const choices = ways.assets.map(({ asset: value, name, likelihood }) => {
    return { value, name: `${name} (${percent(likelihood.value)})` };
  });
  return (
    <>
      <Select label={t("Asset")} choices={choices} value={asset.asset} onChoose={setChosen} />
      <Likelihood asset={asset} />
      <Paths key={asset.asset} asset={asset} />
      <Helps asset={asset} />
      <p className="fact-help">{boundsText(ways.bounds)}</p>
    </>
  );
}

/** Nothing leads anywhere, or nothing is worth anything yet: say which, and what to do. */
function NoWays(): ReactElement {
  const assets = useSession((state) => state.doc.asset.size);
  const components = useSession((state) => state.doc.component.size);
  if (components === 0) return <p>{t("Draw the system first: paths follow what is drawn.")}</p>;
  if (assets === 0) {
    return (
      <p>
        {t(
          "No asset is named yet. Select a component and say under Facts what it holds that is worth protecting: paths lead to assets.",
        )}
      </p>
    );
  }
  return (
    <p>
      {t(
        "No finding that applies leads to an asset. Answer the open questions: what is unknown opens no path.",
      )}
    </p>
  );
}

function Likelihood({ asset }: { asset: AssetWays }): ReactElement {
  const { value, low, high, level } = asset.likelihood;
  return (
    <div>
      <p className="chance">
        {t("Hit {often}, {percent}", { often: inWords(value), percent: percent(value) })}
      </p>
      <p className="muted">
        {t("By random draws: {chance}.", { chance: span(low, high) })} <LevelWord level={level} />{" "}
        {t("likelihood, {impact} impact.", { impact: LEVEL_NAMES[asset.impact] })}
      </p>
    </div>
  );
}

function Paths({ asset }: { asset: AssetWays }): ReactElement {
  const editor = useEditor();
  const shown = useView((view) => view.way);
  const [chosen, setChosen] = useState("");
  const way = asset.paths.find((one) => signature(one) === chosen);
  const passed = asset.passed.map(({ element }) => element).join(" ");
  useEffect(() => {
    if (!way) return hideWay(editor);
    const { way: before } = editor.view.get();
    const same = before !== null && signature(before.way) === signature(way);
    (same ? renewWay : showWay)(editor, way, passed.split(" "));
  }, [editor, way, passed]);
  return (
    <section className="facts-part">
      <h3>{t("Likeliest ways")}</h3>
      <p className="fact-help">{asset.ways_text}</p>
      {chosen !== "" && !way && (
        <p className="task-said" role="status">
          {t("The way that you looked at is not among the likeliest any more.")}
        </p>
      )}
      <ol className="way-list">
        {asset.paths.map((one, i) => (
          <li key={signature(one)}>
            <button
              type="button"
              className="way-choice"
              aria-pressed={one === way}
              onClick={() => setChosen(one === way ? "" : signature(one))}
            >
              <span className="way-rank">{i + 1}</span>
              <span>
                {many(one.steps.length, "{name}, {n} step", "{name}, {n} steps", {
                  name: one.adversary.name,
                })}
                <Stations way={one} />
              </span>
              <span className="muted">
                {inWords(one.chance)}, {withRange(one)}
              </span>
            </button>
            {one === way && shown && <Steps shown={shown} />}
          </li>
        ))}
      </ol>
      {asset.passed.length > 0 && (
        <p>
          {t("Every way passes {names}", {
            names: asset.passed.map(({ element_name }) => element_name).join(", "),
          })}
          {way && t(", ringed twice")}.
        </p>
      )}
    </section>
  );
}

/** The share alone where all draws agree on it. */
function withRange({ chance, interval }: Way): string {
  const [share, range] = [percent(chance), span(...interval)];
  return range === share ? share : `${share} (${range})`;
}

/** The components that a way comes by: what tells two ways of one adversary apart. */
function Stations({ way }: { way: Way }): ReactElement {
  const components = useSession((state) => state.doc.component);
  const names = [...elementsOf(way)].flatMap((id) => components.get(id)?.name ?? []);
  return <small className="way-stations">{names.join(" → ")}</small>;
}

const MOST_HELPS = 6;

function Helps({ asset }: { asset: AssetWays }): ReactElement | null {
  const { boot } = useEditor();
  if (asset.helps.length === 0) return null;
  return (
    <section className="facts-part">
      <h3>{t("What helps most")}</h3>
      <ul className="way-stops">
        {asset.helps.slice(0, MOST_HELPS).map((fall) => (
          <li key={`${fall.kind} ${fall.control} ${fall.place}`}>{fallText(fall)}</li>
        ))}
      </ul>
      <p>
        <a href={boot.urls.plan}>{t("Put a plan together")}</a>
      </p>
    </section>
  );
}
