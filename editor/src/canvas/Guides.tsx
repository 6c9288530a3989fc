import { useStore as useFlowStore, ViewportPortal } from "@xyflow/react";
import type { ReactElement } from "react";
import type { Guide } from "./snap";

/** How far a line reaches beyond what lies on it, in pixels. */
const BEYOND = 8;

/** The lines on which what is dragged has settled. */
export function Guides({ guides }: { guides: readonly Guide[] }): ReactElement | null {
  const zoom = useFlowStore((flow) => flow.transform[2]);
  if (guides.length === 0) return null;
  const beyond = BEYOND / zoom;
  return (
    <ViewportPortal>
      <svg className="guides" aria-hidden="true">
        {guides.map(({ axis, at, from, to }) => {
          const [start, end] = [from - beyond, to + beyond];
          const ends =
            axis === "x"
              ? { x1: at, x2: at, y1: start, y2: end }
              : { y1: at, y2: at, x1: start, x2: end };
          return <line key={`${axis}${at}`} {...ends} strokeWidth={1 / zoom} />;
        })}
      </svg>
    </ViewportPortal>
  );
}
