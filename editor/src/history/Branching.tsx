import { type ReactElement, useId, useState } from "react";
import type { History } from "./history";
import { t } from "../words/t";

/** Make a system of its own of what is shown, once one has read what does not come along. */
export function Branching({ history, busy }: { history: History; busy: boolean }): ReactElement {
  // False once it was put off: the button has the focus again then.
  const [asked, setAsked] = useState<boolean | null>(null);
  const said = useId();
  if (!asked) {
    return (
      <button
        type="button"
        className="button"
        disabled={busy}
        autoFocus={asked === false}
        title={t("A system of its own that begins as this one was, to try what would follow")}
        onClick={() => setAsked(true)}
      >
        {t("Branch a copy")}
      </button>
    );
  }
  return (
    <span
      className="scrubber-branch"
      role="group"
      aria-label={t("Branch a copy")}
      onKeyDown={(event) => {
        if (event.key !== "Escape") return;
        event.stopPropagation();
        setAsked(false);
      }}
    >
      <span id={said}>
        {t("A system of its own. Comments, tickets and attached files stay here.")}
      </span>
      <button
        type="button"
        className="button button-main"
        aria-describedby={said}
        autoFocus
        disabled={busy}
        onClick={() => void history.branch()}
      >
        {t("Make the copy")}
      </button>
      <button type="button" className="button" onClick={() => setAsked(false)}>
        {t("Not now")}
      </button>
    </span>
  );
}
