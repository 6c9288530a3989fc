import { ArrowLeft, ArrowRight } from "lucide-react";
import type { ReactElement } from "react";
import { t } from "../words/t";

interface Props {
  /** Where the workshop stands in a list; -1 before its first. */
  at: number;
  count: number;
  go: (to: number) => void;
  /** What the step onwards is called. */
  next: string;
  primary: boolean;
}

/** The leader's way through a list, one back and one on. */
export function Steps({ at, count, go, next, primary }: Props): ReactElement {
  return (
    <div className="element-actions">
      <button type="button" className="button" disabled={at <= 0} onClick={() => go(at - 1)}>
        <ArrowLeft size={14} aria-hidden="true" />
        {t("Back")}
      </button>
      <button
        type="button"
        className={primary ? "button primary" : "button"}
        disabled={at + 1 >= count}
        onClick={() => go(at + 1)}
      >
        {next}
        <ArrowRight size={14} aria-hidden="true" />
      </button>
    </div>
  );
}
