import { Handle, type NodeProps, Position } from "@xyflow/react";
import { memo, type ReactElement } from "react";
import { useEditor, useMayEdit, useSession } from "../editor";
import { RiskBadge } from "../findings/Badge";
import { TypeIcon } from "../palette/icons";
import type { RunState } from "../sync/messages";
import type { State } from "../sync/session";
import type { ComponentNodeType } from "./elements";
import { SelectedBy } from "./Peers";

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
}: NodeProps<ComponentNodeType>): ReactElement {
  const { catalog } = useEditor();
  const mayEdit = useMayEdit();
  const badge = useSession((state) => state.badges.get(component.id));
  const progress = useSession((state) => progressOf(state, component.id));
  const type = catalog.types.get(component.type);
  return (
    <div className="node-card" data-element={component.id}>
      <TypeIcon type={component.type} icon={type?.icon} size={24} />
      <div className="card-words">
        <span className="card-name" title={component.name}>
          {component.name || "Unnamed"}
        </span>
        <span className="card-type">{catalog.typeName(component.type)}</span>
      </div>
      {badge && <RiskBadge badge={badge} />}
      {progress !== null && (
        <progress className="card-progress" value={progress} max={1} aria-label="Test under way" />
      )}
      <SelectedBy id={component.id} />
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
    </div>
  );
});
