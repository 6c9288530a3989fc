import { useReactFlow } from "@xyflow/react";
import { type KeyboardEvent, type PointerEvent, type ReactElement, useRef, useState } from "react";
import type { Box, Flow, Point } from "../document/types";
import { useEditor } from "../editor";
import { inward, pushed, settled, stretches, type Stretch } from "./bends";
import type { Handling } from "./FlowEdge";
import { NUDGE_MS } from "./gestures";
import { middleAt } from "./LabelLayer";
import { t } from "../words/t";

/* What one takes hold of on a selected flow: its stretches and its two ends. */

/** One press of an arrow key; with Shift, further. */
const NUDGE = 8;
const LEAP = 32;

type OnHandle = (handling: Handling | null) => void;

/** Follow the pointer from here until it lets go, wherever it goes. */
function usePull(
  moved: (at: Point) => void,
  done: (at: Point, event: globalThis.PointerEvent) => void,
) {
  const { screenToFlowPosition } = useReactFlow();
  return (event: PointerEvent): void => {
    event.preventDefault();
    event.stopPropagation();
    const here = (now: globalThis.PointerEvent): Point => {
      const { x, y } = screenToFlowPosition({ x: now.clientX, y: now.clientY });
      return [x, y];
    };
    const move = (now: globalThis.PointerEvent): void => moved(here(now));
    const up = (now: globalThis.PointerEvent): void => {
      window.removeEventListener("pointermove", move);
      window.removeEventListener("pointerup", up);
      done(here(now), now);
    };
    window.addEventListener("pointermove", move);
    window.addEventListener("pointerup", up);
  };
}

interface GripsProps {
  flow: Flow;
  ends: readonly [Box, Box];
  way: readonly Point[];
  onHandle: OnHandle;
}

/** The stretches of a flow's way to push aside, and its ends to lead elsewhere. */
export default function Grips(props: GripsProps): ReactElement {
  return (
    <>
      <Stretches {...props} />
      <EndGrips {...props} />
    </>
  );
}

/** A stretch being pushed: from which way, and to where on the axis across it. */
interface Push {
  stretch: Stretch;
  way: readonly Point[];
  at: number;
}

function Stretches({ flow, ends, way, onHandle }: GripsProps): ReactElement {
  const { session } = useEditor();
  const [push, setPush] = useState<Push | null>(null);
  const latest = useRef<Push | null>(null);
  const put = (next: Push | null): void => {
    latest.current = next;
    setPush(next);
    onHandle(next && { bends: pushed(next.way, next.stretch, next.at) });
  };
  const save = (points: readonly Point[]): void => {
    session.edit([{ kind: "flow", id: flow.id, set: { points } }]);
  };
  const commit = (): void => {
    const now = latest.current;
    if (now) save(settled(...ends, pushed(now.way, now.stretch, now.at)));
    put(null);
  };
  const found = stretches(way);
  return (
    <>
      {(push ? [{ ...push.stretch, middle: middleOf(push) }] : found).map((stretch) => (
        <Grip
          key={stretch.index}
          flow={flow.id}
          name={t("Stretch {at} of {n}", { at: stretch.index + 1, n: way.length - 1 })}
          stretch={stretch}
          onPush={(at) => put({ ...(latest.current ?? { stretch, way }), at })}
          onDone={commit}
          onStraighten={() => {
            put(null);
            if (flow.points.length > 0) save([]);
          }}
        />
      ))}
    </>
  );
}

const middleOf = ({ stretch: { level, middle }, at }: Push): Point =>
  level ? [middle[0], at] : [at, middle[1]];

interface GripProps {
  flow: string;
  name: string;
  stretch: Stretch;
  onPush: (at: number) => void;
  onDone: () => void;
  onStraighten: () => void;
}

function Grip({ flow, name, stretch, onPush, onDone, onStraighten }: GripProps): ReactElement {
  const { level, middle } = stretch;
  const timer = useRef(0);
  const moved = useRef(false);
  const pull = usePull(
    (at) => {
      moved.current = true;
      onPush(at[level ? 1 : 0]);
    },
    () => {
      if (moved.current) onDone();
      moved.current = false;
    },
  );
  const key = (event: KeyboardEvent): void => {
    const way = (level ? ACROSS_LEVEL : ACROSS_UPRIGHT)[event.key];
    const straighten = event.key === "Delete" || event.key === "Backspace";
    if (way === undefined && !straighten) return;
    event.preventDefault();
    event.stopPropagation();
    if (straighten || way === undefined) return onStraighten();
    onPush(middle[level ? 1 : 0] + way * (event.shiftKey ? LEAP : NUDGE));
    window.clearTimeout(timer.current);
    timer.current = window.setTimeout(onDone, NUDGE_MS);
  };
  return (
    <button
      type="button"
      className={`grip nodrag nopan ${level ? "grip-level" : "grip-upright"}`}
      data-flow={flow}
      style={{ transform: middleAt(middle) }}
      aria-label={t("{name}: arrow keys push it aside, Delete straightens the flow", { name })}
      title={t("Drag to bend; double-click to straighten")}
      onPointerDown={pull}
      onDoubleClick={onStraighten}
      onKeyDown={key}
    />
  );
}

const ACROSS_LEVEL: Readonly<Record<string, number>> = { ArrowUp: -1, ArrowDown: 1 };
const ACROSS_UPRIGHT: Readonly<Record<string, number>> = { ArrowLeft: -1, ArrowRight: 1 };

/** Both ends, to be led to other cards; the inspector does the same by keyboard. */
function EndGrips({ flow, way, onHandle }: GripsProps): ReactElement {
  const { session } = useEditor();
  const lead = (end: "source" | "target", event: globalThis.PointerEvent): void => {
    onHandle(null);
    // The grip itself lies under the pointer, the card below it.
    const under = document.elementsFromPoint(event.clientX, event.clientY);
    const found = under.find((one) => one.matches(".node-card"));
    const card = (found as HTMLElement | undefined)?.dataset.element;
    if (card === undefined || card === flow.source || card === flow.target) return;
    session.edit([{ kind: "flow", id: flow.id, set: { [end]: card, points: [] } }]);
  };
  return (
    <>
      {(["source", "target"] as const).map((end) => (
        <EndGrip
          key={end}
          at={inward(end === "source" ? way : way.toReversed())}
          name={end === "source" ? t("Start of the flow") : t("End of the flow")}
          onMove={(at) => onHandle({ end, at })}
          onDrop={(event) => lead(end, event)}
        />
      ))}
    </>
  );
}

interface EndGripProps {
  at: Point;
  name: string;
  onMove: (at: Point) => void;
  onDrop: (event: globalThis.PointerEvent) => void;
}

function EndGrip({ at, name, onMove, onDrop }: EndGripProps): ReactElement {
  const pull = usePull(onMove, (_at, event) => onDrop(event));
  return (
    <span
      className="end-grip nodrag nopan"
      style={{ transform: middleAt(at) }}
      title={t("{name}: drag it to another component", { name })}
      onPointerDown={pull}
    />
  );
}
