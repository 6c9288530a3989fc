import type { AriaLabelConfig } from "@xyflow/react";
import { t } from "../words/t";

const HELD = t("Press Enter or Space to select it. The arrow keys move it, Delete removes it.");

/** What the canvas itself says, in our words: it calls components nodes, and flows edges. */
export const SPOKEN: Partial<AriaLabelConfig> = {
  "node.a11yDescription.default": HELD,
  "node.a11yDescription.keyboardDisabled": HELD,
  "node.a11yDescription.ariaLiveMessage": ({ x, y }) =>
    t("Moved to {x} from the left, {y} from the top.", { x: Math.round(x), y: Math.round(y) }),
  "edge.a11yDescription.default": t("Press Enter or Space to select the flow. Delete removes it."),
  "controls.ariaLabel": t("Zoom"),
  "controls.zoomIn.ariaLabel": t("Zoom in"),
  "controls.zoomOut.ariaLabel": t("Zoom out"),
  "controls.fitView.ariaLabel": t("Show everything"),
  "handle.ariaLabel": t("Connect from here"),
};
