import { type FormEvent, type ReactElement, useState } from "react";
import { useEditor, useMayEdit, useSession, useView } from "../editor";
import type { Room } from "./useRoom";
import { t } from "../words/t";

/** What would lead too far now. */
export function Parking({ room, open }: { room: Room; open: boolean }): ReactElement {
  const { parked } = room.workshop;
  return (
    <details className="facts-part" open={open}>
      <summary>
        {t("Parking lot")} <span className="count">{parked.length}</span>
      </summary>
      <ul className="workshop-parked">
        {parked.map((note) => (
          <li key={note.id}>
            {note.text} <span className="muted">{note.by}</span>
          </li>
        ))}
      </ul>
      <OneLine
        label={t("Park for later")}
        button={t("Park it")}
        onSend={(text) => room.act("notes", { text })}
      />
    </details>
  );
}

/** A threat that nobody thought of before, on the element that is looked at. */
export function NewScenario({ element }: { element: string | null }): ReactElement | null {
  const { api, boot, session } = useEditor();
  const selected = useView((view) => [...view.selection][0] ?? null);
  const place = element ?? selected;
  const name = useSession((state) => {
    const { component, flow } = state.doc;
    return place === null ? "" : (component.get(place)?.name ?? flow.get(place)?.name ?? "");
  });
  if (!useMayEdit() || place === null) return null;
  const add = (title: string): Promise<boolean> =>
    api.act(boot.system, "scenarios/", { title, element: place }).then(
      () => true,
      (error: Error) => {
        session.tell(error.message);
        return false;
      },
    );
  return (
    <details className="facts-part">
      <summary>
        {name ? t("What else could go wrong at {name}?", { name }) : t("What else could go wrong?")}
      </summary>
      <OneLine label={t("A scenario of your own")} button={t("Add it")} onSend={add} />
    </details>
  );
}

interface AssignProps {
  finding: string;
  /** Whether it is the time for it; it can be opened at any time. */
  open: boolean;
}

/** Who does what about the finding that is looked at, until when. */
export function Assign({ finding, open }: AssignProps): ReactElement | null {
  const { api, boot, catalog, session } = useEditor();
  const found = useSession((state) => state.findings.get(finding));
  const [title, setTitle] = useState("");
  const [owner, setOwner] = useState("");
  const [due, setDue] = useState("");
  if (!useMayEdit() || !found) return null;
  const names = found.controls.map((id) => catalog.data.controls[id]?.title ?? id);
  const send = (event: FormEvent): void => {
    event.preventDefault();
    const control = found.controls[names.indexOf(title)] ?? "";
    const body = { title, control, owner, due: due === "" ? null : due, findings: [finding] };
    api.act(boot.system, "mitigations/", body).then(
      () => {
        setTitle("");
        session.tell(
          owner
            ? t("{title} is planned for {owner}.", { title, owner })
            : t("{title} is planned.", { title }),
        );
      },
      (error: Error) => session.tell(error.message),
    );
  };
  return (
    <details className="facts-part" open={open}>
      <summary>{t("Who does what about it?")}</summary>
      <form className="workshop-assign" onSubmit={send}>
        <label>
          <span className="muted">{t("What is done")}</span>
          <input
            className="input"
            list="workshop-controls"
            required
            maxLength={200}
            value={title}
            onChange={(event) => setTitle(event.target.value)}
          />
        </label>
        <datalist id="workshop-controls">
          {names.map((name) => (
            <option key={name} value={name} />
          ))}
        </datalist>
        <label>
          <span className="muted">{t("By whom")}</span>
          <input
            className="input"
            maxLength={200}
            value={owner}
            onChange={(event) => setOwner(event.target.value)}
          />
        </label>
        <label>
          <span className="muted">{t("Until")}</span>
          <input
            className="input"
            type="date"
            value={due}
            onChange={(event) => setDue(event.target.value)}
          />
        </label>
        <button type="submit" className="button">
          {t("Plan it")}
        </button>
      </form>
    </details>
  );
}

interface OneLineProps {
  label: string;
  button: string;
  onSend: (text: string) => Promise<boolean>;
}

/** A line of text that goes away once it is taken. */
function OneLine({ label, button, onSend }: OneLineProps): ReactElement {
  const [text, setText] = useState("");
  const send = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    if (text.trim() !== "" && (await onSend(text.trim()))) setText("");
  };
  return (
    <form className="workshop-line" onSubmit={(event) => void send(event)}>
      <input
        className="input"
        aria-label={label}
        placeholder={label}
        maxLength={200}
        value={text}
        onChange={(event) => setText(event.target.value)}
      />
      <button type="submit" className="button">
        {button}
      </button>
    </form>
  );
}
