import { Eye, Users } from "lucide-react";
import type { ReactElement } from "react";
import { mayLead } from "../bootstrap";
import { hueStyle } from "../canvas/Peers";
import { useEditor, useSession } from "../editor";
import type { Person } from "../sync/messages";
import { useStore } from "../sync/store";
import { t } from "../words/t";

const MOST_SHOWN = 8;

/** Everybody once, whatever number of devices they are here with. */
function byPerson(others: Iterable<Person>): Person[][] {
  const found = new Map<number | string, Person[]>();
  for (const one of others) {
    const whose = one.user ?? one.id;
    found.set(whose, [...(found.get(whose) ?? []), one]);
  }
  return [...found.values()];
}

function initials(name: string): string {
  const words = name.split(/[\s@._-]+/).filter((word) => word !== "");
  return (
    words
      .slice(0, 2)
      .map((word) => word.charAt(0).toUpperCase())
      .join("") || "?"
  );
}

const devices = (count: number): string => (count > 1 ? t(", on {count} devices", { count }) : "");

function Somebody({ lines }: { lines: readonly Person[] }): ReactElement | null {
  const { session } = useEditor();
  const following = useStore(session.presence.store, (here) => here.following);
  const [person] = lines;
  if (!person) return null;
  const followed = lines.some((line) => line.id === following);
  const seen = lines.find((line) => line.viewport) ?? person;
  return (
    <li>
      <button
        type="button"
        className={`person${followed ? " person-followed" : ""}`}
        style={hueStyle(person.hue)}
        aria-pressed={followed}
        aria-label={t("{initials}: follow {name}{devices}", {
          initials: person.initials,
          name: person.name,
          devices: devices(lines.length),
        })}
        title={`${person.name}${devices(lines.length)}: ${followed ? t("stop following") : t("follow")}`}
        onClick={() => session.presence.follow(followed ? null : seen.id)}
      >
        {person.initials}
      </button>
    </li>
  );
}

/** Whom one follows, and the way out of it. */
function Followed(): ReactElement | null {
  const { presence } = useEditor().session;
  const name = useStore(presence.store, (here) =>
    here.following === null ? "" : (here.others.get(here.following)?.name ?? ""),
  );
  if (name === "") return null;
  return (
    <button type="button" className="chip" onClick={() => presence.follow(null)}>
      <Eye size={14} aria-hidden="true" /> {t("Following {name}: stop", { name })}
    </button>
  );
}

/** Who is here; a click takes over somebody's view, and who leads brings everyone to theirs. */
export function People(): ReactElement {
  const { boot, session } = useEditor();
  const others = useStore(session.presence.store, (here) => here.others);
  const leads = useSession((state) => mayLead(state.role));
  const people = byPerson(others.values());
  const own = people.find(([one]) => String(one?.user) === String(boot.me.id));
  const rest = people.filter((lines) => lines !== own);
  const you = t("{name} (you{devices})", {
    name: boot.me.name,
    devices: devices(1 + (own?.length ?? 0)),
  });
  return (
    <>
      <Followed />
      <ul className="people" aria-label={t("People here")}>
        {rest.slice(0, MOST_SHOWN).map((lines) => (
          <Somebody key={lines[0]?.user ?? lines[0]?.id} lines={lines} />
        ))}
        {rest.length > MOST_SHOWN && (
          <li className="person person-more">+{rest.length - MOST_SHOWN}</li>
        )}
        <li className="person person-you" title={you}>
          {initials(boot.me.name)}
        </li>
      </ul>
      {leads && rest.length > 0 && (
        <button
          type="button"
          className="icon-button"
          aria-label={t("Bring everyone here")}
          title={t("Bring everyone here")}
          onClick={() => session.presence.gather()}
        >
          <Users size={16} />
        </button>
      )}
    </>
  );
}
