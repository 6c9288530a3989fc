import { createContext, useContext } from "react";

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

export function detailAt(zoom: number): Detail {
  if (zoom < PLAN) return "plan";
  if (zoom < FAR) return "far";
  return zoom < MIDDLE ? "middle" : "near";
}

/** Changes only when the view passes from one distance to another, not with every step of it. */
export const DetailContext = createContext<Detail>("near");
export const useDetail = (): Detail => useContext(DetailContext);
