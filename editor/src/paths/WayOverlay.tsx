import { useStore as useFlowStore, ViewportPortal } from "@xyflow/react";
import type { CSSProperties, ReactElement } from "react";
import { path, placeOn } from "../canvas/line";
import type { Lie } from "../canvas/plot";
import type { Box, Doc, Point } from "../document/types";
import { useView } from "../editor";
import { anchorOf, elementsOf, type ShownWay } from "./ways";
import "./paths.css";

type Lies = ReadonlyMap<string, Lie>;

/** The chosen attack path on the drawing: its flows, frames around what it takes, its numbers. */
export function WayOverlay({ doc, lies }: { doc: Doc; lies: Lies }): ReactElement | null {
  const shown = useView((view) => view.way);
  const zoom = useFlowStore((flow) => flow.transform[2]);
  if (!shown) return null;
  const scale = { "--unzoom": 1 / Math.min(zoom, 1) } as CSSProperties;
  return (
    <ViewportPortal>
      <div className="way" style={scale} aria-hidden="true">
        <Flows shown={shown} lies={lies} />
        <Frames shown={shown} doc={doc} />
        <Numbers shown={shown} doc={doc} lies={lies} />
      </div>
    </ViewportPortal>
  );
}

const taken = ({ way, step }: ShownWay): ReadonlySet<string> =>
  new Set([...(way.steps[step]?.elements ?? []), way.steps[step]?.flow ?? ""]);

function Flows({ shown, lies }: { shown: ShownWay; lies: Lies }): ReactElement {
  const now = taken(shown);
  return (
    <svg className="way-flows">
      {[...elementsOf(shown.way)].map((id) => {
        const lie = lies.get(id);
        const look = now.has(id) ? "way-flow now" : "way-flow";
        return lie && <path key={id} className={look} data-way={id} d={path(lie.points)} />;
      })}
    </svg>
  );
}

function Frames({ shown, doc }: { shown: ShownWay; doc: Doc }): ReactElement {
  const now = taken(shown);
  const passed = new Set(shown.passed);
  return (
    <>
      {[...elementsOf(shown.way)].map((id) => {
        const box = doc.component.get(id)?.box;
        const looks = ["way-frame", now.has(id) ? "now" : "", passed.has(id) ? "passed" : ""];
        return box && <div key={id} className={looks.join(" ")} style={placed(box)} />;
      })}
    </>
  );
}

function placed([x, y, width, height]: Box): CSSProperties {
  return { transform: `translate(${x}px, ${y}px)`, width, height };
}

interface NumbersProps {
  shown: ShownWay;
  doc: Doc;
  lies: Lies;
}

/** Steps that end in one place share its mark. */
function Numbers({ shown, doc, lies }: NumbersProps): ReactElement {
  const places = new Map<string, number[]>();
  for (const [i, step] of shown.way.steps.entries()) {
    const id = anchorOf(step);
    if (id !== null) places.set(id, [...(places.get(id) ?? []), i]);
  }
  return (
    <>
      {[...places].map(([id, steps]) => {
        const at = placeOf(doc, lies, id);
        const look = steps.includes(shown.step) ? "way-number now" : "way-number";
        return (
          at && (
            <span
              key={id}
              className={look}
              style={{ translate: `${at[0]}px ${at[1]}px` }}
              data-way-number={id}
            >
              {steps.map((i) => i + 1).join(" ")}
            </span>
          )
        );
      })}
    </>
  );
}

function placeOf(doc: Doc, lies: Lies, id: string): Point | null {
  const box = doc.component.get(id)?.box;
  // The upper corners of a card hold its comments and its risk.
  if (box) return [box[0], box[1] + box[3]];
  const lie = lies.get(id);
  return lie ? placeOn(lie.points, lie.label ? 0.72 : 0.5) : null;
}
