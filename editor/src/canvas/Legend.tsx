import { Panel } from "@xyflow/react";
import type { ReactElement } from "react";
import { LEVELS } from "../document/types";
import { useView } from "../editor";
import { LevelMark, riskClass } from "../findings/Badge";

/** What the fills of the heat view mean, worst first. */
export function Legend(): ReactElement | null {
  const heat = useView((view) => view.heat);
  if (!heat) return null;
  return (
    <Panel position="bottom-center" className="legend">
      <ul aria-label="Residual risk">
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
    </Panel>
  );
}
