import { type ReactElement, useState } from "react";
import { LEVELS, type Level } from "../document/types";
import { LevelWord } from "../findings/Badge";
import { Select, TextField } from "../inspector/fields";
import { Row } from "../inspector/parts";
import type { Estimate, Round, Spread } from "./types";
import type { Room } from "./useRoom";
import { t } from "../words/t";
import { LEVEL_LETTERS, LEVEL_NAMES } from "../words/levels";

/** How the bests lie, by level; the words beside it say the same. */
function Dots({ name, spread, computed }: { name: string; spread: Spread; computed: Level }) {
  const most = Math.max(...Object.values(spread.counts), 1);
  return (
    <div className="workshop-spread">
      <p>
        <strong>{name}</strong> <LevelWord level={spread.median} />{" "}
        <span className="muted">
          {spread.agreed
            ? t("all agree")
            : t("median, from {low} to {high}", {
                low: LEVEL_NAMES[spread.low],
                high: LEVEL_NAMES[spread.high],
              })}
          ; {t("computed {level}", { level: LEVEL_NAMES[computed] })}
        </span>
      </p>
      <div className="workshop-bars" aria-hidden="true">
        {LEVELS.map((level) => (
          <span
            key={level}
            className={level === computed ? "bar computed" : "bar"}
            title={LEVEL_NAMES[level]}
          >
            <i style={{ height: `${(spread.counts[level] / most) * 100}%` }} />
            <small>{LEVEL_LETTERS[level]}</small>
          </span>
        ))}
      </div>
    </div>
  );
}

function span(estimate: Estimate): string {
  const [low, best, high] = estimate.map((level) => LEVEL_NAMES[level]);
  return low === high ? (best ?? "") : t("{best} ({low} to {high})", { best, low, high });
}

const byBest = (a: { initiation: Estimate }, b: { initiation: Estimate }): number =>
  LEVELS.indexOf(b.initiation[1]) - LEVELS.indexOf(a.initiation[1]);

/** All at once: how far apart the room is, who should speak, and what is decided. */
export function Revealed({ room, round }: { room: Room; round: Round }): ReactElement | null {
  const { votes, spread, computed, outcome } = round;
  if (!votes || !spread || !computed) return null;
  const outliers = [...new Set([...spread.initiation.outliers, ...spread.impact.outliers])];
  return (
    <div
      className="workshop-revealed"
      role="group"
      aria-label={t("Round {number}, revealed", { number: round.number })}
    >
      <Dots
        name={t("Will someone try")}
        spread={spread.initiation}
        computed={computed.initiation}
      />
      <Dots name={t("Impact")} spread={spread.impact} computed={computed.impact} />
      {outliers.length > 0 && !outcome && (
        <p className="workshop-outliers">
          {t("Far from the others:")} <strong>{outliers.join(", ")}</strong>.{" "}
          {t("Let them speak first.")}
        </p>
      )}
      <ul className="workshop-votes">
        {votes.toSorted(byBest).map((vote, at) => (
          <li key={`${at} ${vote.by}`}>
            <strong>{vote.by}</strong>{" "}
            <span className="muted">
              {t("try {initiation}, impact {impact}", {
                initiation: span(vote.initiation),
                impact: span(vote.impact),
              })}
            </span>
            {vote.reason !== "" && <p>{vote.reason}</p>}
          </li>
        ))}
      </ul>
      {outcome ? (
        <p className="workshop-outcome" role="status">
          <strong>
            {outcome.confirmed
              ? t("Decided: as computed.")
              : t("Decided: will someone try {initiation}, impact {impact}.", {
                  initiation: LEVEL_NAMES[outcome.initiation],
                  impact: LEVEL_NAMES[outcome.impact],
                })}
          </strong>{" "}
          {outcome.dissent.length > 0 &&
            t("Dissent: {names}.", { names: outcome.dissent.join(", ") })}
        </p>
      ) : (
        room.leads && <Decide room={room} round={round} spread={spread} />
      )}
    </div>
  );
}

interface DecideProps {
  room: Room;
  round: Round;
  spread: { initiation: Spread; impact: Spread };
}

/** The medians, unless the room chooses otherwise; who is against it is named. */
function Decide({ room, round, spread }: DecideProps): ReactElement {
  const [initiation, setInitiation] = useState<string>(spread.initiation.median);
  const [impact, setImpact] = useState<string>(spread.impact.median);
  const [reason, setReason] = useState("");
  const choices = LEVELS.map((level) => ({ value: level, name: LEVEL_NAMES[level] }));
  return (
    <div className="workshop-decide">
      <Row name={t("Will someone try")}>
        <Select
          label={t("Decide: will someone try")}
          choices={choices}
          value={initiation}
          onChoose={setInitiation}
        />
      </Row>
      <Row name={t("Impact")}>
        <Select label={t("Decide: impact")} choices={choices} value={impact} onChoose={setImpact} />
      </Row>
      <TextField
        label={t("What decided it")}
        value={reason}
        onCommit={setReason}
        placeholder={t("Why")}
      />
      <button
        type="button"
        className="button primary"
        onClick={() => void room.act("decide", { round: round.id, initiation, impact, reason })}
      >
        {t("Decide")}
      </button>
    </div>
  );
}
