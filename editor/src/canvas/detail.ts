import { getViewportForBounds, useStore as useFlowStore } from "@xyflow/react";
import { createContext, useContext, useState } from "react";
import { extent } from "../document/boxes";
import type { Doc } from "../document/types";

/**
 * How much is drawn at a distance (research/editor.md, 1.3).
 *
 * `near`: everything. `middle`: names large, kinds left out. `far`: plain boxes with their risk,
 * neither handles nor labels. `plan`: zones as one box with a count.
 */
export type Detail = "near" | "middle" | "far" | "plan";

const PLAN = 0.15;
const FAR = 0.35;
const MIDDLE = 0.7;

/** What stays free around everything: above lie the tools. */
export const AROUND = { top: "60px", right: "5%", bottom: "5%", left: "5%" } as const;

function detailAt(zoom: number): Detail {
  if (zoom < PLAN) return "plan";
  if (zoom < FAR) return "far";
  return zoom < MIDDLE ? "middle" : "near";
}

/** How far one will stand when everything is in sight, before the canvas has been measured. */
function firstZoom(doc: Doc): number {
  const place = document.querySelector(".stage")?.getBoundingClientRect();
  const { width, height } = place ?? { width: window.innerWidth, height: window.innerHeight };
  const [x, y, wide, high] = extent(doc) ?? [0, 0, 1, 1];
  const bounds = { x, y, width: wide, height: high };
  return getViewportForBounds(bounds, width, height, 0.01, 1, AROUND).zoom;
}

/**
 * The distance now. What stands in the first sight is not drawn in full only to be drawn anew:
 * until the canvas is measured, the distance is that of the view that will be fitted to it.
 */
export function useDistance(doc: Doc): Detail {
  const [first] = useState(() => detailAt(firstZoom(doc)));
  return useFlowStore(({ panZoom, fitViewQueued, transform }) => {
    return panZoom === null || fitViewQueued ? first : detailAt(transform[2]);
  });
}

/** Changes only when the view passes from one distance to another, not with every step of it. */
export const DetailContext = createContext<Detail>("near");
export const useDetail = (): Detail => useContext(DetailContext);
