import { type ReactElement, useState } from "react";
import { useEditor } from "../editor";
import { t } from "../words/t";

/** Somebody from outside, on the spot: a link to this one system, which ends by itself. */
export function GuestInvite(): ReactElement {
  const { api, boot, session } = useEditor();
  const [link, setLink] = useState("");
  const [copied, setCopied] = useState(false);
  const make = (): Promise<void> => {
    const asked = { role: "guest", email: "", system: boot.system };
    return api.send<{ link: string }>("/invites/", asked).then(
      (made) => setLink(made.link),
      (error: Error) => session.tell(error.message),
    );
  };
  const copy = (): Promise<void> =>
    navigator.clipboard.writeText(link).then(
      () => setCopied(true),
      () => session.tell(t("The browser lets nothing be copied: select the link instead.")),
    );
  return (
    <details className="facts-part">
      <summary>{t("Invite a guest")}</summary>
      <p className="fact-help">
        {t("Whoever opens the link sees this system only, and can vote, comment and park notes.")}
      </p>
      {link === "" ? (
        <button type="button" className="button" onClick={() => void make()}>
          {t("Make a link")}
        </button>
      ) : (
        <div className="workshop-line">
          <input
            className="input"
            readOnly
            aria-label={t("Link for the guest")}
            value={link}
            onFocus={(event) => event.currentTarget.select()}
          />
          <button type="button" className="button" onClick={() => void copy()}>
            {copied ? t("Copied") : t("Copy")}
          </button>
        </div>
      )}
    </details>
  );
}
