import type { ReactElement } from "react";
import { LEVELS } from "../document/types";
import { LevelMark, riskClass } from "../findings/Badge";
import { LEVEL_NAMES } from "../words/levels";
import { t } from "../words/t";

/** What the fills of the heat view mean, worst first. */
export function Legend(): ReactElement {
  return (
    <ul className="legend" aria-label={t("Residual risk")}>
      {LEVELS.toReversed().map((level) => (
        <li key={level}>
          <span className={`swatch heat ${riskClass(level)}`} />
          <LevelMark level={level} />
          {LEVEL_NAMES[level]}
        </li>
      ))}
      <li>
        <span className="swatch heat risk-none" />
        {t("none found")}
      </li>
    </ul>
  );
}
