import { type ReactElement, useState } from "react";
import { Agenda } from "./Agenda";
import { Ask } from "./Ask";
import { GuestInvite } from "./GuestInvite";
import { Joining, People } from "./Joining";
import { Assign, NewScenario, Parking } from "./Onwards";
import type { Room } from "./useRoom";
import { elementOf, openRound } from "./words";
import { Walk } from "./Walk";
import { t } from "../words/t";

interface PanelProps {
  room: Room;
  following: boolean;
  onFollow: (following: boolean) => void;
}

/** What the room does now, and below it what may come up at any time. */
export function Panel({ room, following, onFollow }: PanelProps): ReactElement {
  const { workshop } = room;
  const phase = workshop.agenda[workshop.step]?.phase ?? "other";
  const { focus } = workshop;
  return (
    <aside className="side workshop-panel" aria-label={t("Workshop panel")}>
      <div className="side-body">
        {!room.mine.joined && <Joining room={room} />}
        {phase === "questions" || focus?.kind === "question" ? (
          <Ask room={room} />
        ) : (
          <Walk room={room} />
        )}
        {focus?.kind === "finding" && openRound(workshop) === null && (
          <Assign key={focus.finding} finding={focus.finding} open={phase === "mitigations"} />
        )}
        {!room.leads && (
          <label className="workshop-follow">
            <input
              type="checkbox"
              checked={following}
              onChange={(event) => onFollow(event.target.checked)}
            />
            {t("Follow what {name} looks at", { name: workshop.leader.name })}
          </label>
        )}
        <Parking room={room} open={phase === "parking"} />
        <NewScenario element={elementOf(focus)} />
        <Agenda room={room} />
        {room.mine.joined && <People room={room} />}
        {room.mayLead && <GuestInvite />}
        {room.mayLead && <Leading room={room} />}
      </div>
    </aside>
  );
}

function Leading({ room }: { room: Room }): ReactElement {
  const [ending, setEnding] = useState(false);
  return (
    <div className="element-actions">
      {ending && (
        <p className="fact-help" role="alert">
          {t("It ends for everybody, and its record is written.")}
        </p>
      )}
      {room.leads ? (
        <button
          type="button"
          className="button"
          onClick={() => (ending ? void room.act("end") : setEnding(true))}
        >
          {ending ? t("End it for everybody") : t("End the workshop")}
        </button>
      ) : (
        <button type="button" className="button" onClick={() => void room.act("lead")}>
          {t("Take the lead")}
        </button>
      )}
    </div>
  );
}
