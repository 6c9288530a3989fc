import {
  BaseEdge,
  EdgeLabelRenderer,
  type EdgeProps,
  type InternalNode,
  useInternalNode,
} from "@xyflow/react";
import { memo, type ReactElement, useState } from "react";
import type { Box, Flow } from "../document/types";
import { useEditor, useSession } from "../editor";
import { RiskBadge } from "../findings/Badge";
import type { CanvasNode, FlowEdgeType } from "./elements";
import { SelectedBy } from "./Peers";
import { crossings, path, placeOn } from "./line";
import type { Lie } from "./plot";
import { route } from "./route";

function boxOf(node: InternalNode<CanvasNode>): Box {
  const { x, y } = node.internals.positionAbsolute;
  return [x, y, node.measured.width ?? 0, node.measured.height ?? 0];
}

const same = (one: Box, other: Box): boolean => one.every((value, i) => value === other[i]);

/** Where the flow lies: as plotted, or, while an end is dragged, anew around the same cards. */
function lieNow(flow: Flow, lie: Lie, plotted: readonly [Box, Box], now: readonly [Box, Box]): Lie {
  if (same(plotted[0], now[0]) && same(plotted[1], now[1])) return lie;
  const points = route(...now, { points: flow.points, shift: lie.shift, others: lie.others });
  return { ...lie, points, label: placeOn(points, 0.5) };
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
  const from = useInternalNode<CanvasNode>(source);
  const to = useInternalNode<CanvasNode>(target);
  const [pointedAt, setPointedAt] = useState(false);
  if (!from || !to || !data) return null;
  const { flow, crossed } = data;
  const lie = lieNow(flow, data.lie, data.ends, [boxOf(from), boxOf(to)]);
  return (
    <>
      <g onPointerEnter={() => setPointedAt(true)} onPointerLeave={() => setPointedAt(false)}>
        <BaseEdge
          id={id}
          path={path(lie.points)}
          interactionWidth={18}
          className={`flow flow-${flow.kind}`}
          {...(markerEnd ? { markerEnd } : {})}
        />
      </g>
      {crossings(lie.points, crossed).map(({ at: [x, y], angle }) => (
        <path
          key={`${x},${y}`}
          className="crossing"
          d="M-2.5,-6V6M2.5,-6V6"
          transform={`translate(${x},${y}) rotate(${angle})`}
        />
      ))}
      <FlowLabel flow={flow} lie={lie} selected={selected === true} asked={pointedAt} />
    </>
  );
});

interface FlowLabelProps {
  flow: Flow;
  lie: Lie;
  selected: boolean;
  asked: boolean;
}

/** Its name and badge. What has no name or no room waits until somebody points at the flow. */
function FlowLabel({ flow, lie, selected, asked }: FlowLabelProps): ReactElement {
  const { catalog } = useEditor();
  const badge = useSession((state) => state.badges.get(flow.id));
  const kind = catalog.flowKinds.get(flow.kind)?.name ?? flow.kind;
  const open = selected || asked;
  const quiet = !open && (lie.label === null || (flow.name === "" && !badge));
  const classes = ["flow-label"];
  if (selected) classes.push("flow-label-selected");
  if (open) classes.push("flow-label-open");
  if (quiet) classes.push("flow-label-quiet");
  return (
    <EdgeLabelRenderer>
      <div
        className={classes.join(" ")}
        style={{
          transform: at(...(lie.label ?? placeOn(lie.points, 0.5))),
          maxWidth: open ? "none" : lie.space,
        }}
        data-element={flow.id}
      >
        {(flow.name !== "" || open) && <span className="flow-name">{flow.name || kind}</span>}
        {badge && <RiskBadge badge={badge} />}
        <SelectedBy id={flow.id} />
      </div>
    </EdgeLabelRenderer>
  );
}
