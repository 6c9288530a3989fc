import { ArrowUpRight } from "lucide-react";
import type { ReactElement } from "react";
import { select, useEditor, useSession } from "../editor";
import type { Finding } from "../sync/messages";
import { isVotedOn } from "../workshop/words";
import { LevelMark } from "./Badge";
import { elementName } from "./named";
import { LEVEL_NAMES } from "../words/levels";
import { t } from "../words/t";

/** What a person wants to know before opening it: how bad, how sure, what was done. */
function terms(finding: Finding): string {
  const { range, residual } = finding.risk;
  const open =
    range[0] === range[1]
      ? LEVEL_NAMES[residual]
      : t("{level} ({low} to {high})", {
          level: LEVEL_NAMES[residual],
          low: LEVEL_NAMES[range[0]],
          high: LEVEL_NAMES[range[1]],
        });
  const impact = finding.impact_assumed
    ? t("{impact}, assumed", { impact: LEVEL_NAMES[finding.impact] })
    : LEVEL_NAMES[finding.impact];
  return t("Risk {open} · likelihood {likelihood} · impact {impact}", {
    open,
    likelihood: LEVEL_NAMES[finding.likelihood],
    impact,
  });
}

const MEASURED: Readonly<Record<string, string>> = {
  broken: t("broken"),
  held: t("held"),
  inconclusive: t("inconclusive"),
  stale: t("stale"),
};
const TREATED: Readonly<Record<Finding["treatment"], string>> = {
  open: "",
  accepted: t("accepted"),
  transferred: t("transferred"),
  avoided: t("avoided"),
  dismissed: t("dismissed"),
};
const ANSWERED: Readonly<Record<Finding["answered"], string>> = {
  none: "",
  planned: t("control planned"),
  implemented: t("control implemented"),
  verified: t("control verified"),
};

/** Whatever differs from the ordinary "open, nothing done, nothing measured". */
function marks(finding: Finding): string[] {
  const { verdict, treatment, answered } = finding;
  const said = [MEASURED[verdict] ?? "", TREATED[treatment], ANSWERED[answered]];
  return said.filter((mark) => mark !== "");
}

interface FindingItemProps {
  finding: Finding;
  /** What tells it from its neighbours: in a row of one threat the element, in others both. */
  by?: "title" | "element" | "both";
}

export function FindingItem({ finding, by = "title" }: FindingItemProps): ReactElement {
  const editor = useEditor();
  const voting = useSession((state) => isVotedOn(state.workshop, finding.key));
  const element = useSession(({ doc }) => elementName(doc, finding.element));
  const name = by === "element" ? element : finding.title;
  const dashed = finding.verdict === "stale" ? " finding-stale" : "";
  return (
    <li className={`finding${dashed}`}>
      <button
        type="button"
        className="finding-name"
        onClick={() => select(editor, [finding.element], true)}
      >
        {!voting && <LevelMark level={finding.risk.residual} />}
        <span>
          {name}
          {by === "both" && (
            <small className="finding-at">
              {" "}
              {t("on {element_name}", { element_name: element })}
            </small>
          )}
        </span>
      </button>
      <a
        className="icon-button"
        aria-label={t("Open {title} on {element_name}", {
          title: finding.title,
          element_name: element,
        })}
        title={t("Open the finding")}
        href={`${editor.boot.urls.findings}${encodeURIComponent(finding.key)}/`}
      >
        <ArrowUpRight size={14} />
      </a>
      <p className="finding-terms">
        {voting ? t("Hidden while the workshop votes on it.") : terms(finding)}
      </p>
      {marks(finding).length > 0 && (
        <p className="finding-marks">
          {marks(finding).map((mark) => (
            <span key={mark} className="chip">
              {mark}
            </span>
          ))}
        </p>
      )}
    </li>
  );
}
