import { type ReactElement, useState } from "react";
import { Select } from "../inspector/fields";
import { Row } from "../inspector/parts";
import type { Room } from "./useRoom";
import { DISCIPLINES } from "./words";
import { t } from "../words/t";

/** Asked once, before anything else: each discipline sees other threats. */
export function Joining({ room }: { room: Room }): ReactElement {
  const [discipline, setDiscipline] = useState<string>("");
  return (
    <section className="facts-part">
      <h3>{t("Take part")}</h3>
      <p className="fact-help">
        {t("What you look at follows {name}; your votes are yours alone until they are revealed.", {
          name: room.workshop.leader.name,
        })}
      </p>
      <Row name={t("I speak for")}>
        <Select
          label={t("I speak for")}
          choices={DISCIPLINES}
          value={discipline}
          onChoose={setDiscipline}
        />
      </Row>
      <button
        type="button"
        className="button primary"
        onClick={() => void room.act("join", { discipline })}
      >
        {t("Join the workshop")}
      </button>
    </section>
  );
}

/** Who is in the room, for what, and who is missing. */
export function People({ room }: { room: Room }): ReactElement {
  const { people, missing } = room.workshop;
  const named = new Map(DISCIPLINES.map((one) => [one.value as string, one.name]));
  return (
    <details className="facts-part">
      <summary>
        {t("Who is here")} <span className="count">{people.length}</span>
      </summary>
      <ul className="workshop-people">
        {people.map((one) => (
          <li key={one.id}>
            {one.name} <span className="muted">{one.discipline && named.get(one.discipline)}</span>
          </li>
        ))}
      </ul>
      {missing !== "" && <p className="fact-help">{missing}</p>}
      <Row name={t("I speak for")}>
        <Select
          label={t("I speak for")}
          choices={DISCIPLINES}
          value={room.mine.discipline}
          onChoose={(discipline) => void room.act("join", { discipline })}
        />
      </Row>
    </details>
  );
}
