import { createContext, type ReactElement, type ReactNode, useContext } from "react";
import { createPortal } from "react-dom";
import type { Point } from "../document/types";

/** Where labels are drawn; null until the canvas is there. */
const LabelLayerContext = createContext<Element | null>(null);
export const LabelLayerProvider = LabelLayerContext.Provider;

export const labelLayer = (): Element | null =>
  document.querySelector(".canvas .react-flow__edgelabel-renderer");

/** Placed once and moved by transform only, so that a label costs no layout while dragging. */
export const middleAt = ([x, y]: Point): string =>
  `translate(-50%, -50%) translate(${x}px, ${y}px)`;

/** Over the flows. React Flow's own renderer looks for the place anew at every step of a drag. */
export function LabelLayer({ children }: { children: ReactNode }): ReactElement | null {
  const place = useContext(LabelLayerContext);
  return place && createPortal(children, place);
}
