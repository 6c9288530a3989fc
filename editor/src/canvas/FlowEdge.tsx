import {
  BaseEdge,
  EdgeLabelRenderer,
  type EdgeProps,
  type InternalNode,
  useInternalNode,
} from "@xyflow/react";
import { memo, type ReactElement } from "react";
import type { Box } from "../document/types";
import { useEditor, useSession } from "../editor";
import { RiskBadge } from "../findings/Badge";
import type { CanvasNode, FlowEdgeType } from "./elements";
import { SelectedBy } from "./Peers";
import { crossings, path, route } from "./route";

function boxOf(node: InternalNode<CanvasNode>): Box {
  const { x, y } = node.internals.positionAbsolute;
  return [x, y, node.measured.width ?? 0, node.measured.height ?? 0];
}

/** Placed once and moved by transform only, so that a label costs no layout while dragging. */
const at = (x: number, y: number): string => `translate(-50%, -50%) translate(${x}px, ${y}px)`;

export const FlowEdge = memo(function FlowEdge({
  id,
  source,
  target,
  data,
  selected,
  markerEnd,
}: EdgeProps<FlowEdgeType>): ReactElement | null {
  const { catalog } = useEditor();
  const from = useInternalNode<CanvasNode>(source);
  const to = useInternalNode<CanvasNode>(target);
  const badge = useSession((state) => state.badges.get(id));
  if (!from || !to || !data) return null;
  const { flow, shift, crossed } = data;
  const { points, label, space } = route(boxOf(from), boxOf(to), shift, flow.points);
  const kind = catalog.flowKinds.get(flow.kind)?.name ?? flow.kind;
  return (
    <>
      <BaseEdge
        id={id}
        path={path(points)}
        interactionWidth={18}
        className={`flow flow-${flow.kind}`}
        {...(markerEnd ? { markerEnd } : {})}
      />
      {crossings(points, crossed).map(({ at: [x, y], angle }) => (
        <path
          key={`${x},${y}`}
          className="crossing"
          d="M-2.5,-6V6M2.5,-6V6"
          transform={`translate(${x},${y}) rotate(${angle})`}
        />
      ))}
      <EdgeLabelRenderer>
        <div
          className={selected ? "flow-label flow-label-selected" : "flow-label"}
          style={{ transform: at(...label), maxWidth: space }}
          data-element={id}
        >
          <span className="flow-name" title={flow.name || kind}>
            {flow.name || kind}
          </span>
          {badge && <RiskBadge badge={badge} />}
          <SelectedBy id={id} />
        </div>
      </EdgeLabelRenderer>
    </>
  );
});
