import { type FormEvent, type ReactElement, useState } from "react";
import { mayLead, type Role } from "../bootstrap";
import type { History } from "./history";
import { t } from "../words/t";

/** Give the present state a name, where one may. */
export function Keep({ history, role }: { history: History; role: Role }): ReactElement | null {
  const [name, setName] = useState<string | null>(null);
  if (!mayLead(role)) return null;
  if (name === null) {
    return (
      <button type="button" className="button" onClick={() => setName("")}>
        {t("Keep a baseline")}
      </button>
    );
  }
  const keep = (event: FormEvent): void => {
    event.preventDefault();
    void history.keep(name).then((done) => done && setName(null));
  };
  return (
    <form className="scrubber-keep" onSubmit={keep}>
      <input
        className="input"
        aria-label={t("Name of the baseline")}
        placeholder={t("Approved for launch")}
        maxLength={200}
        required
        autoFocus
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key !== "Escape") return;
          event.stopPropagation();
          setName(null);
        }}
      />
      <button type="submit" className="button button-main">
        {t("Keep")}
      </button>
    </form>
  );
}
