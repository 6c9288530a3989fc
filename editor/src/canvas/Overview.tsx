import { Panel, useReactFlow, useStore as useFlowStore } from "@xyflow/react";
import { type KeyboardEvent, memo, type PointerEvent, type ReactElement, useMemo } from "react";
import { extent } from "../document/boxes";
import type { Box, Doc } from "../document/types";
import { useSession } from "../editor";
import { t } from "../words/t";

const SIZE = { width: 152, height: 104 };
const MARGIN = 40;
const NOTHING: Box = [0, 0, 1, 1];
/** How far an arrow key moves the view, as a share of what one sees. */
const STEP = 0.2;

const rectangle = ([x, y, width, height]: Box): string =>
  `M${x},${y}h${width}v${height}h${-width}z`;

/** Everything small, in two lines whatever the size of the drawing. */
const Everything = memo(function Everything({ doc }: { doc: Doc }): ReactElement {
  const [zones, components] = useMemo(
    () => [
      [...doc.zone.values()].map(({ box }) => rectangle(box)).join(""),
      [...doc.component.values()].map(({ box }) => rectangle(box)).join(""),
    ],
    [doc.zone, doc.component],
  );
  return (
    <>
      <path className="minimap-zone" d={zones} vectorEffect="non-scaling-stroke" />
      <path className="minimap-component" d={components} />
    </>
  );
});

/** Whether everything drawn is in sight: then an overview would only cover a part of it. */
function useAllInSight([left, top, width, height]: Box): boolean {
  return useFlowStore(({ transform: [x, y, zoom], width: wide, height: high }) => {
    const across = left * zoom + x >= 0 && (left + width) * zoom + x <= wide;
    return across && top * zoom + y >= 0 && (top + height) * zoom + y <= high;
  });
}

/** Where one is on the sheet: a click or the arrow keys go elsewhere, the wheel zooms. */
export function Overview(): ReactElement | null {
  const doc = useSession((state) => state.doc);
  const all = useMemo(() => extent(doc) ?? NOTHING, [doc]);
  const [left, top, width, height] = all;
  const inSight = useAllInSight(all);
  const { setCenter, getZoom } = useReactFlow();
  const view: Box = [left - MARGIN, top - MARGIN, width + 2 * MARGIN, height + 2 * MARGIN];

  const go = (event: PointerEvent<SVGSVGElement>): void => {
    if (event.buttons !== 1) return;
    const matrix = event.currentTarget.getScreenCTM()?.inverse();
    if (!matrix) return;
    const { x, y } = new DOMPoint(event.clientX, event.clientY).matrixTransform(matrix);
    void setCenter(x, y, { zoom: getZoom() });
  };
  if (inSight) return null;
  return (
    <Panel position="bottom-right" className="minimap">
      <svg {...SIZE} viewBox={view.join(" ")} onPointerDown={go} onPointerMove={go}>
        <Everything doc={doc} />
        <Sight />
      </svg>
    </Panel>
  );
}

/** The part that one sees; the only part of the overview that follows every move. */
function Sight(): ReactElement {
  const [x, y, zoom] = useFlowStore((flow) => flow.transform);
  const width = useFlowStore((flow) => flow.width) / zoom;
  const height = useFlowStore((flow) => flow.height) / zoom;
  const { setCenter } = useReactFlow();
  const [left, top] = [-x / zoom, -y / zoom];

  const walk = (event: KeyboardEvent): void => {
    const by = WAYS[event.key];
    if (!by) return;
    event.preventDefault();
    event.stopPropagation();
    const middle = [left + width / 2, top + height / 2] as const;
    void setCenter(middle[0] + by[0] * width * STEP, middle[1] + by[1] * height * STEP, { zoom });
  };
  return (
    <rect
      className="minimap-sight"
      x={left}
      y={top}
      width={width}
      height={height}
      vectorEffect="non-scaling-stroke"
      role="application"
      aria-label={t("Overview: arrow keys move the view")}
      tabIndex={0}
      onKeyDown={walk}
    />
  );
}

const WAYS: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};
