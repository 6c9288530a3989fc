import { Check } from "lucide-react";
import { type ReactElement, useEffect, useState } from "react";
import { LEVELS, type Level } from "../document/types";
import { Select } from "../inspector/fields";
import type { Estimate, Round } from "./types";
import type { Room } from "./useRoom";
import { t } from "../words/t";
import { LEVEL_NAMES } from "../words/levels";

const ENDS = [t("At least"), t("Likeliest"), t("At most")] as const;
const CHOICES = [
  { value: "", name: t("Choose") },
  ...LEVELS.map((level) => ({ value: level as string, name: LEVEL_NAMES[level] })),
];

type Draft = readonly (Level | "")[];
const EMPTY: Draft = ["", "", ""];

/** One choice is enough: the ends follow the likeliest until they are set themselves. */
export function withLevel(draft: Draft, end: number, level: Level | ""): Draft {
  const next = draft.map((one, at) => (at === end ? level : one));
  if (end !== 1 || level === "") return next;
  const place = LEVELS.indexOf(level);
  return next.map((one, at) => {
    if (one === "") return level;
    const wrong = at === 0 ? LEVELS.indexOf(one) > place : LEVELS.indexOf(one) < place;
    return wrong && at !== 1 ? level : one;
  });
}

/** Whether it may be cast: all chosen, and in order. */
export function isWhole(draft: Draft): draft is Estimate {
  const places = draft.map((one) => (one === "" ? -1 : LEVELS.indexOf(one)));
  const [low = -1, best = -1, high = -1] = places;
  return low >= 0 && low <= best && best <= high;
}

interface EstimateProps {
  name: string;
  draft: Draft;
  onChange: (draft: Draft) => void;
}

function Estimated({ name, draft, onChange }: EstimateProps): ReactElement {
  const complete = draft.every((one) => one !== "");
  return (
    <fieldset className="workshop-estimate">
      <legend>{name}</legend>
      {ENDS.map((end, at) => (
        <label key={end}>
          <span className="muted">{end}</span>
          <Select
            label={`${name}: ${end.toLowerCase()}`}
            choices={CHOICES}
            value={draft[at] ?? ""}
            onChoose={(level) => onChange(withLevel(draft, at, level as Level | ""))}
          />
        </label>
      ))}
      {complete && !isWhole(draft) && (
        <p className="fact-help" role="alert">
          {t("At least, likeliest and at most have to rise.")}
        </p>
      )}
    </fieldset>
  );
}

interface BallotProps {
  room: Room;
  round: Round;
}

/** Silent: nobody sees it before the reveal, and until then it can be changed. */
export function Ballot({ room, round }: BallotProps): ReactElement {
  return (
    <div className="workshop-ballot">
      <p className="muted" role="status">
        {t("Round {number}. {voted} of {people} have voted.", {
          number: round.number,
          voted: round.voted.length,
          people: room.workshop.people.length,
        })}
      </p>
      <OwnVote room={room} round={round} />
      {room.leads && (
        <div className="element-actions">
          <button
            type="button"
            className="button"
            disabled={round.voted.length === 0}
            onClick={() => void room.act("reveal", { round: round.id })}
          >
            {t("Reveal the votes")}
          </button>
          <button
            type="button"
            className="button button-quiet"
            onClick={() => void room.act("drop", { round: round.id })}
          >
            {t("Drop this round")}
          </button>
        </div>
      )}
    </div>
  );
}

/** What one has chosen so far, or that it is in. */
function OwnVote({ room, round }: BallotProps): ReactElement {
  const cast = room.mine.vote?.round === round.id ? room.mine.vote : null;
  const [tried, setTried] = useState<Draft>(EMPTY);
  const [harm, setHarm] = useState<Draft>(EMPTY);
  const [reason, setReason] = useState("");
  const [changing, setChanging] = useState(false);
  useEffect(() => {
    if (!cast) return;
    setTried(cast.initiation);
    setHarm(cast.impact);
    setReason(cast.reason);
    setChanging(false);
  }, [cast]);
  const vote = (): void =>
    void room.act("vote", { round: round.id, initiation: tried, impact: harm, reason });
  const whole = isWhole(tried) && isWhole(harm);
  if (cast && !changing) {
    return (
      <p className="workshop-cast">
        <Check size={14} aria-hidden="true" /> {t("Your vote is in.")}
        <button type="button" className="button button-quiet" onClick={() => setChanging(true)}>
          {t("Change it")}
        </button>
      </p>
    );
  }
  return (
    <>
      <Estimated name={t("Will someone try")} draft={tried} onChange={setTried} />
      <Estimated name={t("Impact")} draft={harm} onChange={setHarm} />
      <label className="workshop-reason">
        <span className="muted">{t("Why, in a sentence")}</span>
        <textarea
          className="input"
          rows={2}
          maxLength={1000}
          value={reason}
          onChange={(event) => setReason(event.target.value)}
        />
      </label>
      <button type="button" className="button primary" disabled={!whole} onClick={vote}>
        {cast ? t("Vote again") : t("Vote")}
      </button>
      {!whole && (
        <p className="fact-help">{t("Choose a likeliest level for both; the rest may stay.")}</p>
      )}
    </>
  );
}
