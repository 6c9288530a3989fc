import type { ReactElement, ReactNode } from "react";
import { select, useEditor } from "../editor";
import { LevelWord } from "../findings/Badge";
import type { Finding } from "../sync/messages";
import type { History } from "./history";
import { SIGNS } from "./marks";
import type { Difference, ElementChange, How, MovedFinding, SideOf } from "./messages";
import { RiskStep } from "./RiskStep";
import { property, told } from "./words";
import { when } from "../words/when";
import { t } from "../words/t";

const MOST = 100;
const HEADS: readonly (readonly [Exclude<How, "moved">, string])[] = [
  ["added", t("Added")],
  ["removed", t("Removed")],
  ["changed", t("Changed")],
];

interface DifferenceListProps {
  difference: Difference;
  history: History;
}

/** Two states in words: the risk first, then the drawing, then the findings. */
export function DifferenceList({ difference, history }: DifferenceListProps): ReactElement {
  const { risk, elements, counts, findings } = difference;
  return (
    <div className="side-body">
      <div className="past-sides">
        <Side side={difference.from} />
        <span aria-hidden="true">→</span>
        <Side side={difference.to} />
      </div>
      <p className="risk-step">
        <span className="muted">{t("Residual risk")}</span>
        <RiskStep before={risk.before.risk} after={risk.after.risk} />
      </p>
      <p className="muted">
        {t("Above the appetite: {before} before, {after} after", {
          before: risk.before.above_appetite,
          after: risk.after.above_appetite,
        })}
      </p>
      <button
        type="button"
        className="button past-stop"
        onClick={() => history.go(difference.to.revision)}
      >
        {t("Stop comparing")}
      </button>
      {HEADS.map(([how, head]) => (
        <Group key={how} head={head} count={counts[how]}>
          {elements
            .filter((one) => one.how === how)
            .slice(0, MOST)
            .map((one) => (
              <Element key={`${one.kind} ${one.id}`} one={one} />
            ))}
        </Group>
      ))}
      {counts.moved > 0 && (
        <p className="muted">{t("{moved} only drawn elsewhere", { moved: counts.moved })}</p>
      )}
      <Group head={t("New findings")} count={findings.new.length}>
        {findings.new.slice(0, MOST).map((one) => (
          <FoundOnce key={one.key} one={one} />
        ))}
      </Group>
      <Group head={t("Changed findings")} count={findings.changed.length}>
        {findings.changed.slice(0, MOST).map((one) => (
          <FoundOtherwise key={one.key} one={one} />
        ))}
      </Group>
      <Group head={t("Gone findings")} count={findings.gone.length}>
        {findings.gone.slice(0, MOST).map((one) => (
          <FoundOnce key={one.key} one={one} />
        ))}
      </Group>
    </div>
  );
}

function Side({ side }: { side: SideOf }): ReactElement {
  return (
    <span>
      <strong>
        {side.baseline?.name ?? t("Revision {revision}", { revision: side.revision })}
      </strong>
      <span className="muted"> {when(side.at)}</span>
    </span>
  );
}

interface GroupProps {
  head: string;
  count: number;
  children: ReactNode;
}

function Group({ head, count, children }: GroupProps): ReactElement | null {
  if (count === 0) return null;
  return (
    <section className="past-group">
      <h3>
        {head} <span className="muted">{count}</span>
      </h3>
      <ul>{children}</ul>
      {count > MOST && <p className="muted">{t("The first {n} of these.", { n: MOST })}</p>}
    </section>
  );
}

function Element({ one }: { one: ElementChange }): ReactElement {
  const editor = useEditor();
  const how = one.how === "moved" ? "changed" : one.how;
  return (
    <li>
      <button
        type="button"
        className="past-line"
        onClick={() => select(editor, [one.id], true)}
        disabled={one.how === "removed"}
      >
        <span>
          <span className={`change-tag change-${how}`} aria-hidden="true">
            <b>{SIGNS[how].sign}</b>
          </span>{" "}
          {one.name} <span className="muted">{one.kind.replaceAll("_", " ")}</span>
        </span>
        <Properties parts={one.properties} />
      </button>
    </li>
  );
}

function Properties({ parts }: { parts: ElementChange["properties"] }): ReactNode {
  return parts.map((part) => (
    <span key={part.name} className="muted">
      {property(part.name)}: {told(part.before)} → {told(part.after)}
    </span>
  ));
}

function Found({ one, children }: { one: Finding; children: ReactNode }): ReactElement {
  return (
    <li className="past-line">
      <span>
        {one.title}{" "}
        <span className="muted">{t("on {element_name}", { element_name: one.element_name })}</span>
      </span>
      {children}
    </li>
  );
}

function FoundOnce({ one }: { one: Finding }): ReactElement {
  return (
    <Found one={one}>
      {one.applies === "conditional" ? (
        <span className="muted">{t("waits for an answer")}</span>
      ) : (
        <LevelWord level={one.risk.residual} />
      )}
    </Found>
  );
}

function FoundOtherwise({ one }: { one: MovedFinding }): ReactElement {
  return (
    <Found one={one}>
      <Properties parts={one.differs} />
    </Found>
  );
}
