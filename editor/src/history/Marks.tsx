import { ViewportPortal } from "@xyflow/react";
import type { ReactElement } from "react";
import { useHistoryState } from "./history";
import { type BoxMark, type LineMark, type Marked, SIGNS } from "./marks";

function Tag({ how, name }: { how: Marked; name: string }): ReactElement {
  const { sign, word } = SIGNS[how];
  return (
    <span className={`change-tag change-${how}`}>
      <b>{sign}</b> {how === "removed" ? `${name} ${word}` : word}
    </span>
  );
}

function Framed({ mark }: { mark: BoxMark }): ReactElement {
  const [x, y, width, height] = mark.box;
  return (
    <div
      className={`change-box change-${mark.how}`}
      style={{ transform: `translate(${x}px, ${y}px)`, width, height }}
    >
      <Tag how={mark.how} name={mark.name} />
    </div>
  );
}

const GAP = 4;

/** A removed flow is drawn where it was; of the others only the tag is needed. */
function Lined({ mark }: { mark: LineMark }): ReactElement {
  const [[ax, ay], [bx, by]] = [mark.from, mark.to];
  const [left, top] = [Math.min(ax, bx) - GAP, Math.min(ay, by) - GAP];
  const [width, height] = [Math.abs(ax - bx) + 2 * GAP, Math.abs(ay - by) + 2 * GAP];
  return (
    <>
      {mark.how === "removed" && (
        <svg className="change-line" style={{ left, top }} width={width} height={height}>
          <line x1={ax - left} y1={ay - top} x2={bx - left} y2={by - top} />
        </svg>
      )}
      <div
        className="change-middle"
        style={{ transform: `translate(${(ax + bx) / 2}px, ${(ay + by) / 2}px)` }}
      >
        <Tag how={mark.how} name={mark.name} />
      </div>
    </>
  );
}

/** What became of each element, over the drawing. The list beside it says the same in words. */
export function Marks(): ReactElement {
  const { boxes, lines } = useHistoryState((state) => state.marks);
  return (
    <ViewportPortal>
      <div className="changes" aria-hidden="true">
        {boxes.map((mark) => (
          <Framed key={mark.id} mark={mark} />
        ))}
        {lines.map((mark) => (
          <Lined key={mark.id} mark={mark} />
        ))}
      </div>
    </ViewportPortal>
  );
}
