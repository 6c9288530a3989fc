import { ArrowLeft, ArrowRight } from "lucide-react";
import { type ReactElement, useMemo, useState } from "react";
import { useEditor, useSession } from "../editor";
import { LevelMark, LevelWord } from "../findings/Badge";
import { Segments } from "../inspector/fields";
import type { Finding } from "../sync/messages";
import { Ballot } from "./Ballot";
import { Revealed } from "./Revealed";
import type { Room } from "./useRoom";
import { isHidden, minor, openRound, roundOn, walk } from "./words";

const ORDERS = [
  { value: "risk", name: "By risk" },
  { value: "element", name: "By element" },
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
    <section className="facts-part" aria-label="Finding">
      <h3>{at < 0 ? `${list.length} open findings` : `Finding ${at + 1} of ${list.length}`}</h3>
      {room.leads && (
        <Segments
          label="Order"
          choices={ORDERS}
          value={order}
          onChoose={(value) => void room.steer({ order: value })}
        />
      )}
      {finding ? (
        <At room={room} finding={finding} />
      ) : (
        <p className="fact-help">
          {room.leads ? "Take the first; everybody's screen follows." : "The leader takes the first."}
        </p>
      )}
      {room.leads && openRound(room.workshop) === null && (
        <div className="element-actions">
          <button type="button" className="button" disabled={at <= 0} onClick={() => go(at - 1)}>
            <ArrowLeft size={14} aria-hidden="true" />
            Back
          </button>
          <button
            type="button"
            className={at < 0 ? "button primary" : "button"}
            disabled={at + 1 >= list.length}
            onClick={() => go(at + 1)}
          >
            {at < 0 ? "Take the first" : "Next finding"}
            <ArrowRight size={14} aria-hidden="true" />
          </button>
        </div>
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
        <span className="muted">on {finding.element_name}</span>
      </p>
      <p className="fact-help">{catalog.data.threats[finding.threat]?.description}</p>
      {hidden ? (
        <p className="fact-help">What was computed is shown with the votes.</p>
      ) : (
        <p>
          <LevelWord level={finding.risk.residual} />{" "}
          <span className="muted">
            likelihood {finding.likelihood}, impact {finding.impact}
            {finding.impact_assumed && ", assumed"}
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
          {round ? "Vote once more" : "Vote on it"}
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
        Confirm what is minor <span className="count">{list.length}</span>
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
                {one.title} <span className="muted">on {one.element_name}</span>
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
        Confirm {chosen.length} as computed
      </button>
    </details>
  );
}
