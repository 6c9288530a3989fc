import { X } from "lucide-react";
import { type ReactElement, type ReactNode, useEffect, useRef, useState } from "react";
import { useEditor } from "../editor";
import "./tasks.css";
import { t } from "../words/t";

interface TaskPanelProps {
  title: string;
  wide?: boolean;
  children: ReactNode;
}

/** What takes the inspector's place: it takes the focus, and gives it back when it is closed. */
export function TaskPanel({ title, wide = false, children }: TaskPanelProps): ReactElement {
  const { view } = useEditor();
  const heading = useRef<HTMLHeadingElement>(null);
  const [before] = useState(() => document.activeElement);
  useEffect(() => {
    // What is in the panel may have taken it already.
    if (document.activeElement?.closest(".task") == null) heading.current?.focus();
    return () => {
      if (before instanceof HTMLElement && before.isConnected) before.focus();
    };
  }, [before]);
  return (
    <aside className={wide ? "side task task-wide" : "side task"} aria-label={title}>
      <header className="task-head">
        <h2 ref={heading} tabIndex={-1}>
          {title}
        </h2>
        <button
          type="button"
          className="icon-button"
          aria-label={t("Close")}
          title={t("Close (Esc)")}
          onClick={() => view.set({ task: "none" })}
        >
          <X size={16} />
        </button>
      </header>
      {children}
    </aside>
  );
}
