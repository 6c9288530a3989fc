import {
  BaseEdge,
  type EdgeProps,
  type InternalNode,
  useInternalNode,
} from "@xyflow/react";
import { lazy, memo, type ReactElement, Suspense, useState } from "react";
import { CommentCount } from "../comments/CommentCount";
import { useTalk } from "../comments/use";
import { shiftedPoints } from "../document/boxes";
import type { Box, Flow, Point } from "../document/types";
import { useEditor, useMayEdit, useSession, useView } from "../editor";
import { RiskBadge, riskClass } from "../findings/Badge";
import { useDetail } from "./detail";
import type { CanvasNode, FlowEdgeType } from "./nodes";
import { LabelLayer, middleAt } from "./LabelLayer";
import { crossings, path, placeOn } from "./line";
import { SelectedBy } from "./Peers";
import type { Lie } from "./plot";
import { route } from "./route";

/** Fetched when somebody first takes hold of a flow. */
const Grips = lazy(() => import("./Grips"));

function boxOf(node: InternalNode<CanvasNode>): Box {
  const { x, y } = node.internals.positionAbsolute;
  return [x, y, node.measured.width ?? 0, node.measured.height ?? 0];
}

const same = (one: Box, other: Box): boolean => one.every((value, i) => value === other[i]);

/** Where the flow lies: as plotted, or, while an end is dragged, anew around the same cards. */
function lieNow(flow: Flow, lie: Lie, plotted: readonly [Box, Box], now: readonly [Box, Box]): Lie {
  if (same(plotted[0], now[0]) && same(plotted[1], now[1])) return lie;
  const [dx, dy] = [now[0][0] - plotted[0][0], now[0][1] - plotted[0][1]];
  if (now[1][0] - plotted[1][0] === dx && now[1][1] - plotted[1][1] === dy) {
    const label = lie.label && shiftedPoints([lie.label], dx, dy)[0];
    return { ...lie, points: shiftedPoints(lie.points, dx, dy), label: label ?? null };
  }
  return rerouted(lie, now, flow.points);
}

function rerouted(lie: Lie, [from, to]: readonly [Box, Box], bends: readonly Point[]): Lie {
  const points = route(from, to, { points: bends, shift: lie.shift, others: lie.others });
  return { ...lie, points, label: placeOn(points, 0.5) };
}

/** What a hand is doing to this flow: pushing its bends aside, or leading an end elsewhere. */
export type Handling = { bends: readonly Point[] } | { end: "source" | "target"; at: Point };

function handled(lie: Lie, ends: readonly [Box, Box], by: Handling): Lie {
  if ("bends" in by) return rerouted(lie, ends, by.bends);
  const loose: Box = [by.at[0], by.at[1], 0, 0];
  return rerouted(lie, by.end === "source" ? [loose, ends[1]] : [ends[0], loose], []);
}

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
  const [handling, setHandling] = useState<Handling | null>(null);
  const heat = useView((view) => view.heat);
  const level = useSession((state) => state.badges.get(id)?.level ?? null);
  const mayEdit = useMayEdit();
  const afar = useDetail() === "far";
  if (!from || !to || !data) return null;
  const { flow, crossed } = data;
  const ends = [boxOf(from), boxOf(to)] as const;
  const still = lieNow(flow, data.lie, data.ends, ends);
  const lie = handling ? handled(still, ends, handling) : still;
  const heated = heat && level !== null ? ` heat ${riskClass(level)}` : "";
  return (
    <>
      <g onPointerEnter={() => setPointedAt(true)} onPointerLeave={() => setPointedAt(false)}>
        <BaseEdge
          id={id}
          path={path(lie.points)}
          interactionWidth={18}
          className={`flow flow-${flow.kind}${heated}`}
          {...(markerEnd ? { markerEnd } : {})}
        />
      </g>
      {!afar && <Crossings points={lie.points} crossed={crossed} />}
      {!afar && (
        <FlowLabel
          flow={flow}
          lie={lie}
          selected={selected === true}
          asked={pointedAt}
          dim={data.dim}
        />
      )}
      {selected && mayEdit && !afar && (
        <LabelLayer>
          <Suspense>
            <Grips flow={flow} ends={ends} way={lie.points} onHandle={setHandling} />
          </Suspense>
        </LabelLayer>
      )}
    </>
  );
});

interface CrossingsProps {
  points: readonly Point[];
  crossed: readonly Box[];
}

function Crossings({ points, crossed }: CrossingsProps): ReactElement {
  return (
    <>
      {crossings(points, crossed).map(({ at: [x, y], angle }) => (
        <path
          key={`${x},${y}`}
          className="crossing"
          d="M-2.5,-6V6M2.5,-6V6"
          transform={`translate(${x},${y}) rotate(${angle})`}
        />
      ))}
    </>
  );
}

interface FlowLabelProps {
  flow: Flow;
  lie: Lie;
  selected: boolean;
  asked: boolean;
  dim: boolean;
}

/** Its name and badge. What has no name or no room waits until somebody points at the flow. */
function FlowLabel({ flow, lie, selected, asked, dim }: FlowLabelProps): ReactElement {
  const { catalog } = useEditor();
  const badge = useSession((state) => state.badges.get(flow.id));
  const talked = useTalk((talk) => talk.counts.has(flow.id));
  const kind = catalog.flowKinds.get(flow.kind)?.name ?? flow.kind;
  const open = selected || asked;
  const quiet = !open && (lie.label === null || (flow.name === "" && !badge && !talked));
  const classes = ["flow-label"];
  if (selected) classes.push("flow-label-selected");
  if (open) classes.push("flow-label-open");
  if (quiet) classes.push("flow-label-quiet");
  if (dim) classes.push("dim");
  return (
    <LabelLayer>
      <div
        className={classes.join(" ")}
        style={{
          transform: middleAt(lie.label ?? placeOn(lie.points, 0.5)),
          maxWidth: open ? "none" : lie.space,
        }}
        data-element={flow.id}
      >
        {(flow.name !== "" || open) && <span className="flow-name">{flow.name || kind}</span>}
        {badge && <RiskBadge badge={badge} />}
        <CommentCount id={flow.id} />
        <SelectedBy id={flow.id} />
      </div>
    </LabelLayer>
  );
}
