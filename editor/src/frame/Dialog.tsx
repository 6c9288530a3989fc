import { X } from "lucide-react";
import { type ReactElement, type ReactNode, useEffect, useRef } from "react";
import { useEditor } from "../editor";
import { t } from "../words/t";

/** The browser's own modal dialog: it traps the focus, closes on Esc, gives the focus back. */
export function Dialog({ title, children }: { title: string; children: ReactNode }): ReactElement {
  const { view } = useEditor();
  const place = useRef<HTMLDialogElement>(null);
  const close = (): void => view.set({ dialog: "none", draft: "" });
  useEffect(() => {
    const dialog = place.current;
    dialog?.showModal();
    // The browser would choose the close button, which stands first.
    dialog?.querySelector<HTMLElement>("textarea, input, select")?.focus();
    return () => dialog?.close();
  }, []);
  return (
    <dialog className="dialog" ref={place} aria-label={title} onCancel={close}>
      <div className="dialog-head">
        <h2>{title}</h2>
        <button type="button" className="icon-button" aria-label={t("Close")} onClick={close}>
          <X size={16} />
        </button>
      </div>
      {children}
    </dialog>
  );
}
