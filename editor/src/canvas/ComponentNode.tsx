import { Handle, type NodeProps, Position } from "@xyflow/react";
import { memo, type ReactElement, useState } from "react";
import { CommentCount } from "../comments/CommentCount";
import type { Component, Level } from "../document/types";
import { useEditor, useMayEdit, useSession, useView } from "../editor";
import { LevelMark, RiskBadge, riskClass } from "../findings/Badge";
import { TypeIcon } from "../palette/icons";
import type { RunState } from "../sync/messages";
import type { State } from "../sync/state";
import { useDetail } from "./detail";
import type { ComponentNodeType } from "./nodes";
import { SelectedBy } from "./Peers";
import { t } from "../words/t";
import { LEVEL_NAMES } from "../words/levels";

const SIDES = [Position.Top, Position.Right, Position.Bottom, Position.Left] as const;
const UNDER_WAY: readonly RunState[] = ["queued", "running"];

/** How far the run on this component is, or null when none is under way. */
function progressOf(state: State, component: string): number | null {
  for (const run of state.runs.values()) {
    if (run.component === component && UNDER_WAY.includes(run.state)) return run.progress;
  }
  return null;
}

export const ComponentNode = memo(function ComponentNode({
  data: { component },
  selected,
}: NodeProps<ComponentNodeType>): ReactElement {
  const detail = useDetail();
  const level = useSession((state) => state.badges.get(component.id)?.level ?? null);
  const heat = useView((view) => view.heat);
  const afar = detail === "far" || detail === "plan";
  if (afar) return <PlainCard component={component} level={level} heat={heat} />;
  return <Card component={component} level={level} heat={heat} selected={selected} />;
});

/** Where React Flow finds the four sides; far cheaper than its handles, which only a hand needs. */
const ANCHORS = SIDES.map((side) => (
  <i
    key={side}
    className={`source anchor anchor-${side}`}
    data-handleid={side}
    data-handlepos={side}
  />
));

interface CardProps {
  component: Component;
  level: Level | null;
  heat: boolean;
}

const heated = (level: Level | null, heat: boolean): string =>
  heat ? ` heat ${level === null ? "risk-none" : riskClass(level)}` : "";

/** From afar: a box and the shape of its risk. */
function PlainCard({ component, level, heat }: CardProps): ReactElement {
  const progress = useSession((state) => progressOf(state, component.id));
  return (
    <div className={`node-card plain${heated(level, heat)}`} data-element={component.id}>
      {ANCHORS}
      {level && <LevelMark level={level} size={36} />}
      {progress !== null && <Progress value={progress} />}
      <SelectedBy id={component.id} />
    </div>
  );
}

function Progress({ value }: { value: number }): ReactElement {
  return (
    <progress className="card-progress" value={value} max={1} aria-label={t("Test under way")} />
  );
}

function Card({
  component,
  level,
  heat,
  selected,
}: CardProps & { selected: boolean }): ReactElement {
  const { catalog } = useEditor();
  const [pointedAt, setPointedAt] = useState(false);
  const badge = useSession((state) => state.badges.get(component.id));
  const progress = useSession((state) => progressOf(state, component.id));
  const type = catalog.types.get(component.type);
  const risk =
    level === null ? t("No risk found") : t("Risk {level}", { level: LEVEL_NAMES[level] });
  return (
    <div
      className={`node-card${heated(level, heat)}`}
      data-element={component.id}
      onPointerEnter={() => setPointedAt(true)}
      onPointerLeave={() => setPointedAt(false)}
    >
      {ANCHORS}
      <TypeIcon type={component.type} icon={type?.icon} size={24} />
      <div className="card-words">
        <span className="card-name" title={component.name}>
          {component.name || t("Unnamed")}
        </span>
        <span className="card-type">{heat ? risk : catalog.typeName(component.type)}</span>
      </div>
      {badge && <RiskBadge badge={badge} />}
      {progress !== null && <Progress value={progress} />}
      <CommentCount id={component.id} />
      <SelectedBy id={component.id} />
      {(pointedAt || selected) && <Ports />}
    </div>
  );
}

/** Where flows begin: drawn only where somebody can reach for them. */
function Ports(): ReactElement {
  const mayEdit = useMayEdit();
  return (
    <>
      {SIDES.map((side) => (
        <Handle
          key={side}
          id={side}
          type="source"
          position={side}
          isConnectable={mayEdit}
          className="port"
        />
      ))}
    </>
  );
}
