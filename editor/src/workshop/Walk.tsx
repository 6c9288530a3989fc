import { type ReactElement, useMemo, useState } from "react";
import { useEditor, useSession } from "../editor";
import { LevelMark, LevelWord } from "../findings/Badge";
import { Segments } from "../inspector/fields";
import type { Finding } from "../sync/messages";
import { Ballot } from "./Ballot";
import { Revealed } from "./Revealed";
import { Steps } from "./Steps";
import type { Room } from "./useRoom";
import { isHidden, minor, openRound, roundOn, walk } from "./words";
import { many, t } from "../words/t";
import { LEVEL_NAMES } from "../words/levels";

const ORDERS = [
  { value: "risk", name: t("By risk") },
  { value: "element", name: t("By element") },
];

function useConfirmed(room: Room): ReadonlySet<string> {
  const { confirmed } = room.workshop;
  return useMemo(() => new Set(confirmed), [confirmed]);
}

/** The findings one after the other; everybody sees the one that the leader stands at. */
export function Walk({ room }: { room: Room }): ReactElement {
  const findings = useSession((state) => state.findings);
  const confirmed = useConfirmed(room);
  const { order, focus } = room.workshop;
  const list = useMemo(
    () => walk(findings.values(), order, confirmed),
    [findings, order, confirmed],
  );
  const key = focus?.kind === "finding" ? focus.finding : "";
  const at = list.findIndex((one) => one.key === key);
  const finding = findings.get(key);
  const go = (to: number): void => {
    const next = list[to];
    if (next) void room.steer({ focus: { kind: "finding", finding: next.key } });
  };
  return (
    <section className="facts-part" aria-label={t("Finding")}>
      <h3>
        {at < 0
          ? many(list.length, "{n} open finding", "{n} open findings")
          : t("Finding {at} of {n}", { at: at + 1, n: list.length })}
      </h3>
      {room.leads && (
        <Segments
          label={t("Order")}
          choices={ORDERS}
          value={order}
          onChoose={(value) => void room.steer({ order: value })}
        />
      )}
      {finding ? (
        <At room={room} finding={finding} />
      ) : (
        <p className="fact-help">
          {room.leads
            ? t("Take the first; everybody's screen follows.")
            : t("The leader takes the first.")}
        </p>
      )}
      {room.leads && openRound(room.workshop) === null && (
        <Steps
          at={at}
          count={list.length}
          go={go}
          next={at < 0 ? t("Take the first") : t("Next finding")}
          primary={at < 0}
        />
      )}
      {room.leads && <Triage room={room} />}
    </section>
  );
}

/** What is looked at now: what it says, or the vote on it. */
function At({ room, finding }: { room: Room; finding: Finding }): ReactElement {
  const { boot, catalog } = useEditor();
  const round = roundOn(room.workshop, finding.key);
  const hidden = isHidden(room.workshop, finding.key);
  return (
    <div className="workshop-finding">
      <p>
        <a href={`${boot.urls.findings}${encodeURIComponent(finding.key)}/`}>
          <strong>{finding.title}</strong>
        </a>{" "}
        <span className="muted">
          {t("on {element_name}", { element_name: finding.element_name })}
        </span>
      </p>
      <p className="fact-help">{catalog.data.threats[finding.threat]?.description}</p>
      {hidden ? (
        <p className="fact-help">{t("What was computed is kept back until the votes are revealed.")}</p>
      ) : (
        <p>
          <LevelWord level={finding.risk.residual} />{" "}
          <span className="muted">
            {t("likelihood {likelihood}, impact {impact}", {
              likelihood: LEVEL_NAMES[finding.likelihood],
              impact: LEVEL_NAMES[finding.impact],
            })}
            {finding.impact_assumed && t(", assumed")}
          </span>
        </p>
      )}
      {round?.state === "open" && <Ballot key={round.id} room={room} round={round} />}
      {round?.state === "revealed" && <Revealed key={round.id} room={room} round={round} />}
      {room.leads && openRound(room.workshop) === null && (
        <button
          type="button"
          className="button"
          onClick={() => void room.act("rounds", { finding: finding.key })}
        >
          {round ? t("Vote once more") : t("Vote on it")}
        </button>
      )}
    </div>
  );
}

/** What was computed very low or low, confirmed together; who doubts one leaves it out. */
function Triage({ room }: { room: Room }): ReactElement | null {
  const findings = useSession((state) => state.findings);
  const confirmed = useConfirmed(room);
  const [left, setLeft] = useState<ReadonlySet<string>>(new Set());
  const list = useMemo(() => minor(findings.values(), confirmed), [findings, confirmed]);
  if (list.length === 0) return null;
  const chosen = list.filter((one) => !left.has(one.key));
  const toggle = (key: string): void => {
    const next = new Set(left);
    if (!next.delete(key)) next.add(key);
    setLeft(next);
  };
  return (
    <details className="workshop-triage">
      <summary>
        {t("Confirm what is minor")} <span className="count">{list.length}</span>
      </summary>
      <ul>
        {list.map((one) => (
          <li key={one.key}>
            <label>
              <input
                type="checkbox"
                checked={!left.has(one.key)}
                onChange={() => toggle(one.key)}
              />
              <LevelMark level={one.risk.residual} />
              <span>
                {one.title}{" "}
                <span className="muted">
                  {t("on {element_name}", { element_name: one.element_name })}
                </span>
              </span>
            </label>
          </li>
        ))}
      </ul>
      <button
        type="button"
        className="button"
        disabled={chosen.length === 0}
        onClick={() => void room.act("confirm", { findings: chosen.map((one) => one.key) })}
      >
        {t("Confirm {n} as computed", { n: chosen.length })}
      </button>
    </details>
  );
}
