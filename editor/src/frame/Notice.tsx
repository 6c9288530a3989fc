import { X } from "lucide-react";
import { type ReactElement, useEffect } from "react";
import { useEditor, useSession } from "../editor";
import { t } from "../words/t";

const SHOWN_MS = 8_000;

/** One plain sentence about what could not be done, or why the line was closed. */
export function Notice(): ReactElement {
  const { session } = useEditor();
  const notice = useSession((state) => state.notice);
  const closing = useSession((state) => state.closing);
  const closed = useSession((state) => state.connection === "closed");
  useEffect(() => {
    if (!notice || notice.link) return undefined;
    const timer = window.setTimeout(session.dismissNotice, SHOWN_MS);
    return () => window.clearTimeout(timer);
  }, [notice, session]);
  return (
    <div className="toasts" role="status" aria-live="polite">
      {closing !== "" && (
        <p className="toast toast-closing">
          {closing}
          {closed && (
            <button type="button" className="button" onClick={() => window.location.reload()}>
              {t("Reload")}
            </button>
          )}
        </p>
      )}
      {notice && (
        <p className="toast" key={notice.id}>
          {notice.text}
          {notice.link && <a href={notice.link.href}>{notice.link.label}</a>}
          {notice.act && (
            <button type="button" className="button" onClick={notice.act.run}>
              {notice.act.label}
            </button>
          )}
          <button
            type="button"
            className="icon-button"
            aria-label={t("Dismiss")}
            onClick={session.dismissNotice}
          >
            <X size={14} />
          </button>
        </p>
      )}
    </div>
  );
}
