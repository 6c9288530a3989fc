import { type ReactElement, useEffect, useRef, useState } from "react";
import type { Level } from "../document/types";
import type { Badge } from "../sync/findings";
import { many, t } from "../words/t";
import { LEVEL_LETTERS, LEVEL_NAMES } from "../words/levels";

/** Colour is never alone: each level has its own shape and its own letters. */
const SHAPES: Readonly<Record<Level, ReactElement>> = {
  "very high": <path d="M5 1h6l4 4v6l-4 4H5l-4-4V5Z" fill="currentColor" />,
  high: <path d="M8 1.5 15.5 14.5H.5Z" fill="currentColor" />,
  moderate: (
    <>
      <circle cx="8" cy="8" r="6.5" fill="none" stroke="currentColor" strokeWidth="1.5" />
      <path d="M8 1.5a6.5 6.5 0 0 1 0 13Z" fill="currentColor" />
    </>
  ),
  low: <circle cx="8" cy="8" r="5.5" fill="none" stroke="currentColor" strokeWidth="2" />,
  "very low": <circle cx="8" cy="8" r="3" fill="currentColor" />,
};

export const riskClass = (level: Level): string => `risk-${level.replace(" ", "-")}`;

export function LevelMark({ level, size = 12 }: { level: Level; size?: number }): ReactElement {
  return (
    <svg
      className={`level-mark ${riskClass(level)}`}
      width={size}
      height={size}
      viewBox="0 0 16 16"
      aria-hidden="true"
    >
      {SHAPES[level]}
    </svg>
  );
}

/** The mark and the word together, for lists. */
export function LevelWord({ level }: { level: Level }): ReactElement {
  return (
    <span className={`level-word ${riskClass(level)}`}>
      <LevelMark level={level} />
      {LEVEL_NAMES[level]}
    </span>
  );
}

export function badgeText(badge: Badge): string {
  const asked =
    badge.conditional === 0
      ? ""
      : many(badge.conditional, "{n} waiting for answers", "{n} waiting for answers");
  if (badge.level === null) return asked === "" ? t("no findings") : asked;
  const counted = many(badge.count, "{n} finding", "{n} findings");
  return [t("risk {level}", { level: LEVEL_NAMES[badge.level] }), counted, asked]
    .filter((part) => part !== "")
    .join(", ");
}

/** Whether the badge has just begun to say something else; never so when first drawn. */
function usePulse(pulse: number): [boolean, () => void] {
  const was = useRef(pulse);
  const [active, setActive] = useState(false);
  useEffect(() => {
    if (was.current !== pulse) setActive(true);
    was.current = pulse;
  }, [pulse]);
  return [active, () => setActive(false)];
}

export function RiskBadge({ badge }: { badge: Badge }): ReactElement | null {
  const [active, rest] = usePulse(badge.pulse);
  if (badge.level === null && badge.conditional === 0) return null;
  const look = badge.level === null ? "risk-unknown" : riskClass(badge.level);
  return (
    <span
      className={`badge ${look}${active ? " badge-pulse" : ""}`}
      onAnimationEnd={rest}
      title={badgeText(badge)}
    >
      {badge.level === null ? (
        <>
          <span className="hatch" />?
        </>
      ) : (
        <>
          <LevelMark level={badge.level} />
          {LEVEL_LETTERS[badge.level]}
        </>
      )}
      <span className="badge-count">{badge.level === null ? badge.conditional : badge.count}</span>
    </span>
  );
}
