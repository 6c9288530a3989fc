import { Plus, X } from "lucide-react";
import type { ReactElement } from "react";
import { centre } from "../document/tree";
import type { Box, Flow, Point, Values } from "../document/types";
import { useEditor } from "../editor";
import { TextField } from "./fields";
import { t } from "../words/t";

interface FlowBendsProps {
  flow: Flow;
  onSet: (set: Values) => void;
}

const AXES = [t("from the left"), t("from the top")] as const;

/** Where a flow bends, in numbers: by keyboard what pushing it aside on the drawing is by hand. */
export function FlowBends({ flow, onSet }: FlowBendsProps): ReactElement {
  const { session } = useEditor();
  const bends = flow.points;
  const save = (points: readonly Point[]): void => onSet({ points });
  const add = (): void => {
    const { component } = session.store.get().doc;
    const [from, to] = [component.get(flow.source)?.box, component.get(flow.target)?.box];
    if (from && to) save([...bends, oneMore(bends, from, to)]);
  };
  return (
    <details className="place">
      <summary>
        {bends.length === 0
          ? t("Bends in numbers")
          : t("Bends in numbers: {n}", { n: bends.length })}
      </summary>
      {bends.map((bend, at) => (
        <Bend
          key={at}
          name={t("Bend {n}", { n: at + 1 })}
          bend={bend}
          onMove={(to) => save(bends.with(at, to))}
          onRemove={() => save(bends.toSpliced(at, 1))}
        />
      ))}
      <div className="with-button place-actions">
        <button type="button" className="button" disabled={bends.length >= MOST} onClick={add}>
          <Plus size={14} aria-hidden="true" />
          {t("Add a bend")}
        </button>
        <button
          type="button"
          className="button"
          disabled={bends.length === 0}
          onClick={() => save([])}
        >
          {t("Straighten")}
        </button>
      </div>
    </details>
  );
}

/** As many as a document's flow may have. */
const MOST = 200;

/** Halfway from the last bend to where the flow ends. */
function oneMore(bends: readonly Point[], source: Box, target: Box): Point {
  const [x, y] = bends.at(-1) ?? centre(source);
  const [endX, endY] = centre(target);
  return [Math.round((x + endX) / 2), Math.round((y + endY) / 2)];
}

interface BendProps {
  name: string;
  bend: Point;
  onMove: (to: Point) => void;
  onRemove: () => void;
}

function Bend({ name, bend, onMove, onRemove }: BendProps): ReactElement {
  const put = (axis: number, text: string): void => {
    const value = Math.round(Number(text));
    if (text === "" || !Number.isFinite(value)) return;
    onMove(axis === 0 ? [value, bend[1]] : [bend[0], value]);
  };
  return (
    <div className="bend" role="group" aria-label={name}>
      {AXES.map((axis, at) => (
        <TextField
          key={axis}
          label={`${name}, ${axis}`}
          value={String(Math.round(bend[at] ?? 0))}
          maxLength={8}
          onCommit={(text) => put(at, text)}
        />
      ))}
      <button
        type="button"
        className="icon-button"
        aria-label={t("{bend}: remove it", { bend: name })}
        onClick={onRemove}
      >
        <X size={14} />
      </button>
    </div>
  );
}
