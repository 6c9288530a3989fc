import type { ReactElement } from "react";
import { LEVELS } from "../document/types";
import { LevelMark, riskClass } from "../findings/Badge";

/** What the fills of the heat view mean, worst first. */
export function Legend(): ReactElement {
  return (
    <ul className="legend" aria-label="Residual risk">
      {LEVELS.toReversed().map((level) => (
        <li key={level}>
          <span className={`swatch heat ${riskClass(level)}`} />
          <LevelMark level={level} />
          {level}
        </li>
      ))}
      <li>
        <span className="swatch heat risk-none" />
        none found
      </li>
    </ul>
  );
}
