import { Panel } from "@xyflow/react";
import {
  AlignCenterHorizontal,
  AlignCenterVertical,
  AlignEndHorizontal,
  AlignEndVertical,
  AlignHorizontalSpaceBetween,
  AlignStartHorizontal,
  AlignStartVertical,
  AlignVerticalSpaceBetween,
  Magnet,
  Maximize,
  MessageCircleQuestionMark,
  Route,
  ScanSearch,
  StickyNote,
  Thermometer,
} from "lucide-react";
import { memo, type ReactElement, type ReactNode } from "react";
import {
  addNoteHere,
  alignSelection,
  distributeSelection,
  showAll,
  showSelection,
} from "../actions";
import { type Editor, useEditor, useMayEdit, useView } from "../editor";
import { toggleTask } from "../frame/tasks";
import { Arrange } from "./Arrange";
import { Export } from "./Export";
import { Legend } from "./Legend";
import { LensPicker } from "./LensPicker";
import { t } from "../words/t";

interface ToolProps {
  name: string;
  keys: string;
  children: ReactNode;
  onUse: (editor: Editor) => void;
  pressed?: boolean;
  disabled?: boolean;
}

function Tool({ name, keys, children, onUse, pressed, disabled }: ToolProps): ReactElement {
  const editor = useEditor();
  return (
    <button
      type="button"
      className="icon-button"
      aria-label={name}
      title={`${name} (${keys})`}
      disabled={disabled}
      {...(pressed === undefined ? {} : { "aria-pressed": pressed })}
      onClick={() => onUse(editor)}
    >
      {children}
    </button>
  );
}

/** What hands and eyes need on the drawing itself; the second row waits for a selection. */
export const Toolbar = memo(function Toolbar(): ReactElement {
  const mayEdit = useMayEdit();
  const snapping = useView((view) => view.snapping);
  const heat = useView((view) => view.heat);
  const task = useView((view) => view.task);
  const selected = useView((view) => view.selection.size);
  return (
    <Panel position="top-left" className="tools">
      <div className="tool-row" role="toolbar" aria-label={t("Drawing")}>
        {mayEdit && (
          <>
            <Tool
              name={t("Snap to neighbours")}
              keys="G"
              pressed={snapping}
              onUse={({ view }) => view.set({ snapping: !snapping })}
            >
              <Magnet size={16} />
            </Tool>
            <Tool name={t("Add a note")} keys="N" onUse={addNoteHere}>
              <StickyNote size={16} />
            </Tool>
            <Arrange />
          </>
        )}
        <Tool name={t("Show everything")} keys="1" onUse={(editor) => showAll(editor)}>
          <Maximize size={16} />
        </Tool>
        <Tool
          name={t("Show the selection")}
          keys="2"
          disabled={selected === 0}
          onUse={showSelection}
        >
          <ScanSearch size={16} />
        </Tool>
        <Tool
          name={t("Heat view")}
          keys="H"
          pressed={heat}
          onUse={({ view }) => view.set({ heat: !heat })}
        >
          <Thermometer size={16} />
        </Tool>
        <Tool
          name={t("Attack paths")}
          keys="P"
          pressed={task === "paths"}
          onUse={(editor) => toggleTask(editor, "paths")}
        >
          <Route size={16} />
        </Tool>
        {mayEdit && (
          <Tool
            name={t("Questions, one by one")}
            keys="Q"
            pressed={task === "questions"}
            onUse={(editor) => toggleTask(editor, "questions")}
          >
            <MessageCircleQuestionMark size={16} />
          </Tool>
        )}
        <LensPicker />
        <Export />
      </div>
      {mayEdit && selected > 1 && <Lining enough={selected > 2} />}
      {heat && <Legend />}
    </Panel>
  );
});

const EDGES = [
  ["left", t("Align left edges"), "Alt A", AlignStartVertical],
  ["centre", t("Align centres"), "Alt H", AlignCenterVertical],
  ["right", t("Align right edges"), "Alt D", AlignEndVertical],
  ["top", t("Align top edges"), "Alt W", AlignStartHorizontal],
  ["middle", t("Align middles"), "Alt V", AlignCenterHorizontal],
  ["bottom", t("Align bottom edges"), "Alt S", AlignEndHorizontal],
] as const;

const AXES = [
  ["across", t("Equal gaps from left to right"), "Alt Shift H", AlignHorizontalSpaceBetween],
  ["down", t("Equal gaps from top to bottom"), "Alt Shift V", AlignVerticalSpaceBetween],
] as const;

function Lining({ enough }: { enough: boolean }): ReactElement {
  return (
    <div className="tool-row" role="toolbar" aria-label={t("Align and distribute")}>
      {EDGES.map(([edge, name, keys, Icon]) => (
        <Tool key={edge} name={name} keys={keys} onUse={(editor) => alignSelection(editor, edge)}>
          <Icon size={16} />
        </Tool>
      ))}
      {AXES.map(([axis, name, keys, Icon]) => (
        <Tool
          key={axis}
          name={name}
          keys={keys}
          disabled={!enough}
          onUse={(editor) => distributeSelection(editor, axis)}
        >
          <Icon size={16} />
        </Tool>
      ))}
    </div>
  );
}
