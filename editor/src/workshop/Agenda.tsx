import { Plus, X } from "lucide-react";
import { type ReactElement, useState } from "react";
import { Select, TextField } from "../inspector/fields";
import type { Phase, Step } from "./types";
import type { Room } from "./useRoom";
import { t } from "../words/t";

const PHASES: readonly { value: Phase; name: string }[] = [
  { value: "questions", name: t("Questions") },
  { value: "findings", name: t("Findings") },
  { value: "votes", name: t("Votes") },
  { value: "mitigations", name: t("Mitigations") },
  { value: "parking", name: t("Parking lot") },
  { value: "other", name: t("Something else") },
];

/** The steps; its leader goes from one to the next, and may change them. */
export function Agenda({ room }: { room: Room }): ReactElement {
  const [editing, setEditing] = useState(false);
  const { agenda, step } = room.workshop;
  return (
    <section className="facts-part">
      <h3>{t("Agenda")}</h3>
      {editing && room.leads ? (
        <Steps room={room} onDone={() => setEditing(false)} />
      ) : (
        <ol className="workshop-agenda">
          {agenda.map((one, at) => (
            <li key={`${at} ${one.title}`} aria-current={at === step ? "step" : undefined}>
              {room.leads && at !== step ? (
                <button
                  type="button"
                  className="workshop-go"
                  onClick={() => void room.steer({ step: at })}
                >
                  {one.title}
                </button>
              ) : (
                <span>{one.title}</span>
              )}
              <span className="muted">
                {one.minutes > 0 && t("{minutes} min", { minutes: one.minutes })}
              </span>
            </li>
          ))}
        </ol>
      )}
      {room.leads && !editing && (
        <div className="element-actions">
          {step + 1 < agenda.length && (
            <button
              type="button"
              className="button"
              onClick={() => void room.steer({ step: step + 1 })}
            >
              {t("Next step")}
            </button>
          )}
          <button type="button" className="button button-quiet" onClick={() => setEditing(true)}>
            {t("Change the agenda")}
          </button>
        </div>
      )}
    </section>
  );
}

function Steps({ room, onDone }: { room: Room; onDone: () => void }): ReactElement {
  const [steps, setSteps] = useState<readonly Step[]>(room.workshop.agenda);
  const set = (at: number, change: Partial<Step>): void =>
    setSteps(steps.map((one, place) => (place === at ? { ...one, ...change } : one)));
  const save = async (): Promise<void> => {
    if (await room.steer({ agenda: steps })) onDone();
  };
  return (
    <>
      {steps.map((one, at) => (
        <fieldset key={at} className="workshop-edit">
          <legend className="visually-hidden">{t("Step {at}", { at: at + 1 })}</legend>
          <TextField
            label={t("Title of step {at}", { at: at + 1 })}
            value={one.title}
            onCommit={(title) => set(at, { title })}
          />
          <Select
            label={t("Kind of step {at}", { at: at + 1 })}
            choices={PHASES}
            value={one.phase}
            onChoose={(phase) => set(at, { phase: phase as Phase })}
          />
          <input
            className="input"
            type="number"
            min={0}
            max={600}
            aria-label={t("Minutes of step {at}", { at: at + 1 })}
            value={one.minutes}
            onChange={(event) => set(at, { minutes: Number(event.target.value) })}
          />
          <button
            type="button"
            className="icon-button"
            aria-label={t("Leave out step {at}", { at: at + 1 })}
            disabled={steps.length === 1}
            onClick={() => setSteps(steps.filter((_, place) => place !== at))}
          >
            <X size={14} />
          </button>
        </fieldset>
      ))}
      <div className="element-actions">
        <button
          type="button"
          className="button"
          onClick={() => setSteps([...steps, { phase: "other", title: t("Step"), minutes: 10 }])}
        >
          <Plus size={14} aria-hidden="true" />
          {t("Another step")}
        </button>
        <button type="button" className="button primary" onClick={() => void save()}>
          {t("Keep it")}
        </button>
      </div>
    </>
  );
}
