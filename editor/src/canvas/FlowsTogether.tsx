import { ViewportPortal } from "@xyflow/react";
import { memo, type ReactElement, useMemo } from "react";
import { centre } from "../document/tree";
import type { Doc, Point } from "../document/types";
import { path } from "./line";
import type { Lie } from "./plot";

interface FlowsTogetherProps {
  doc: Doc;
  lies: ReadonlyMap<string, Lie>;
  /** Whether zones stand for what they hold, so that flows run between zones. */
  plan: boolean;
}

/** All flows as one line: from afar nobody takes hold of one, and one line moves at no cost. */
export const FlowsTogether = memo(function FlowsTogether({
  doc,
  lies,
  plan,
}: FlowsTogetherProps): ReactElement {
  const d = useMemo(() => {
    return plan ? between(doc) : [...lies.values()].map(({ points }) => path(points)).join("");
  }, [doc, lies, plan]);
  return (
    <ViewportPortal>
      <svg className="flows-together" aria-hidden="true">
        <path d={d} className={plan ? "flows-plan" : ""} />
      </svg>
    </ViewportPortal>
  );
});

/** One straight line for each pair of outermost places that flows join. */
function between(doc: Doc): string {
  const lines = new Map<string, string>();
  for (const { source, target } of doc.flow.values()) {
    const [from, to] = [placeOf(doc, source), placeOf(doc, target)];
    if (!from || !to || from.id === to.id) continue;
    const key = [from.id, to.id].toSorted().join(" ");
    lines.set(key, `M${from.at.join()}L${to.at.join()}`);
  }
  return [...lines.values()].join("");
}

function placeOf(doc: Doc, componentId: string): { id: string; at: Point } | null {
  const component = doc.component.get(componentId);
  if (!component) return null;
  let found: { id: string; at: Point } = { id: componentId, at: centre(component.box) };
  const seen = new Set<string>();
  for (let at = component.zone; at !== null && !seen.has(at); ) {
    seen.add(at);
    const zone = doc.zone.get(at);
    if (!zone) break;
    found = { id: at, at: centre(zone.box) };
    at = zone.parent;
  }
  return found;
}
