import { LoaderCircle, Network } from "lucide-react";
import { type ReactElement, useRef, useState } from "react";
import { showAll } from "../actions";
import { type Editor, useEditor } from "../editor";
import { t } from "../words/t";

const TOO_LONG_MS = 60_000;

/** The engine is fetched by the first who asks for it. */
async function arrange(editor: Editor, signal: AbortSignal): Promise<void> {
  const layout = await import("../layout/arrange");
  if (await layout.arrange(editor, signal)) {
    window.requestAnimationFrame(() => showAll(editor));
  }
}

/** One button: arranges, and while it does, stops. */
export function Arrange(): ReactElement {
  const editor = useEditor();
  const [busy, setBusy] = useState(false);
  const running = useRef<AbortController | null>(null);
  const press = (): void => {
    if (running.current) return running.current.abort();
    const stop = new AbortController();
    running.current = stop;
    setBusy(true);
    arrange(editor, AbortSignal.any([stop.signal, AbortSignal.timeout(TOO_LONG_MS)]))
      .catch((error: Error) => {
        if (!stop.signal.aborted)
          editor.session.tell(t("Nothing was arranged: {message}", { message: error.message }));
      })
      .finally(() => {
        running.current = null;
        setBusy(false);
      });
  };
  return (
    <button
      type="button"
      className="icon-button"
      aria-label={busy ? t("Stop arranging") : t("Arrange")}
      title={busy ? t("Arranging; press to stop") : t("Arrange the selection, or everything")}
      aria-busy={busy}
      onClick={press}
    >
      {busy ? <LoaderCircle size={16} className="turning" /> : <Network size={16} />}
    </button>
  );
}
