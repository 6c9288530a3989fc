import { ViewportPortal } from "@xyflow/react";
import type { ReactElement } from "react";
import { path } from "../canvas/line";
import { useHistoryState } from "./state";
import { type BoxMark, type LineMark, type Marked, SIGNS } from "./marks";

interface TagProps {
  how: Marked;
  /** What is not there any more to be read. */
  name?: string;
}

function Tag({ how, name }: TagProps): ReactElement {
  const { sign, word } = SIGNS[how];
  return (
    <span className={`change-tag change-${how}`}>
      <b>{sign}</b> {name ?? word}
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
      <Tag how={mark.how} {...(mark.how === "removed" ? { name: mark.name } : {})} />
    </div>
  );
}

function Lined({ mark }: { mark: LineMark }): ReactElement {
  const [x, y] = mark.at;
  return (
    <>
      <svg className={`change-line change-${mark.how}`} width={1} height={1}>
        <path d={path(mark.points)} />
      </svg>
      <div className="change-middle" style={{ transform: `translate(${x}px, ${y}px)` }}>
        <Tag how={mark.how} {...(mark.how === "removed" ? { name: mark.name } : {})} />
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
