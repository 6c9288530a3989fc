import type { ReactElement } from "react";
import type { Level } from "../document/types";
import { LevelWord } from "../findings/Badge";
import { t } from "../words/t";

interface RiskStepProps {
  before: Level | null;
  after: Level | null;
}

/** A risk before and after; one level alone where it did not move. */
export function RiskStep({ before, after }: RiskStepProps): ReactElement {
  return (
    <span className="risk-step">
      {before !== after && (
        <>
          <One level={before} />
          <span aria-hidden="true">→</span>
          <span className="visually-hidden">{t("became")}</span>
        </>
      )}
      <One level={after} />
    </span>
  );
}

function One({ level }: { level: Level | null }): ReactElement {
  return level === null ? (
    <span className="muted">{t("no risk")}</span>
  ) : (
    <LevelWord level={level} />
  );
}
