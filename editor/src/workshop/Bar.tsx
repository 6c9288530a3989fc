import { PanelRight, Pause, Play, Users } from "lucide-react";
import { type ReactElement, useEffect, useState } from "react";
import { useEditor } from "../editor";
import { useStore } from "../sync/store";
import type { Workshop } from "./types";
import type { Room } from "./useRoom";
import { clock } from "./words";
import { t } from "../words/t";

/** Counts down by the server's remaining time as it was when it was told. */
function useLeft({ timer, version }: Workshop): number {
  const [left, setLeft] = useState(timer.left_s);
  const { running, left_s } = timer;
  useEffect(() => {
    setLeft(left_s);
    if (!running) return undefined;
    const end = performance.now() + left_s * 1000;
    const tick = window.setInterval(() => setLeft((end - performance.now()) / 1000), 250);
    return () => window.clearInterval(tick);
  }, [running, left_s, version]);
  return left;
}

function Timer({ room }: { room: Room }): ReactElement {
  const left = useLeft(room.workshop);
  const { running } = room.workshop.timer;
  const over = left <= 0;
  return (
    <span className={over ? "workshop-timer over" : "workshop-timer"}>
      <span role="timer" aria-label={t("Time left for this step")}>
        {clock(left)}
      </span>
      {over && <span>{t("time is up")}</span>}
      {!over && !running && <span className="muted">{t("paused")}</span>}
      {room.leads && !over && (
        <button
          type="button"
          className="icon-button"
          aria-label={running ? t("Pause the time") : t("Let the time run")}
          onClick={() => void room.steer({ timer: { running: !running } })}
        >
          {running ? <Pause size={14} /> : <Play size={14} />}
        </button>
      )}
      {room.leads && (
        <button
          type="button"
          className="button"
          onClick={() =>
            void room.steer({ timer: { seconds: Math.max(Math.ceil(left), 0) + 300 } })
          }
        >
          {t("5 min more")}
        </button>
      )}
    </span>
  );
}

/** Whether its leader has the diagram open, in any window. */
function useLeaderHere(room: Room): boolean {
  const { session } = useEditor();
  const { id } = room.workshop.leader;
  const seen = useStore(session.presence.store, (here) =>
    [...here.others.values()].some((one) => one.user === id),
  );
  return seen || room.leads;
}

interface BarProps {
  room: Room;
  shown: boolean;
  onShow: (shown: boolean) => void;
}

/** Where the room stands: the step, the time, who leads. Always in sight while it goes on. */
export function Bar({ room, shown, onShow }: BarProps): ReactElement {
  const { workshop } = room;
  const step = workshop.agenda[workshop.step];
  const here = useLeaderHere(room);
  return (
    <section className="workshop-bar" aria-label={t("Workshop")}>
      <strong className="workshop-title">{workshop.title}</strong>
      <span className="workshop-step" role="status">
        {workshop.step + 1}/{workshop.agenda.length} {step?.title}
      </span>
      <Timer room={room} />
      <span className="muted workshop-leader">
        <Users size={14} aria-hidden="true" /> {workshop.people.length} ·{" "}
        {here
          ? t("{name} leads", { name: workshop.leader.name })
          : t("{name} leads, but is away", { name: workshop.leader.name })}
      </span>
      {!here && room.mayLead && (
        <button type="button" className="button primary" onClick={() => void room.act("lead")}>
          {t("Take the lead")}
        </button>
      )}
      <button type="button" className="button" onClick={() => onShow(!shown)}>
        <PanelRight size={14} aria-hidden="true" />
        {shown ? t("Hide the panel") : t("Show the panel")}
      </button>
    </section>
  );
}
