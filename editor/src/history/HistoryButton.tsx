import { History as Clock } from "lucide-react";
import type { ReactElement } from "react";
import { useHistory, useHistoryState } from "./state";
import { t } from "../words/t";

/** Into the past and back, in the strip that is always there. */
export function HistoryButton(): ReactElement {
  const history = useHistory();
  const open = useHistoryState((state) => state.open);
  return (
    <button
      type="button"
      className="icon-button"
      aria-label={t("History")}
      aria-pressed={open}
      title={t("History: look back, compare, restore")}
      disabled={!history}
      onClick={() => (open ? history?.close() : history?.open())}
    >
      <Clock size={16} />
    </button>
  );
}
