import { type NodeProps, NodeResizer } from "@xyflow/react";
import { type KeyboardEvent, memo, type ReactElement, useState } from "react";
import { resizeNote } from "../document/move";
import { useEditor, useMayEdit } from "../editor";
import { useDetail } from "./detail";
import type { NoteNodeType } from "./nodes";
import { SelectedBy } from "./Peers";
import { t } from "../words/t";

/** Longest text that the server takes. */
const LONGEST = 10_000;

/** A sticky note: double-click or Enter writes on it, Esc leaves it. */
export const NoteNode = memo(function NoteNode({
  data: { note },
  selected,
}: NodeProps<NoteNodeType>): ReactElement {
  const { session } = useEditor();
  const mayEdit = useMayEdit();
  const detail = useDetail();
  const [writing, setWriting] = useState(false);
  const open = mayEdit && selected === true && (writing || note.text === "");
  return (
    <div className="slip" data-element={note.id} onDoubleClick={() => setWriting(true)}>
      <NodeResizer
        isVisible={selected && mayEdit && detail !== "far"}
        minWidth={80}
        minHeight={48}
        lineClassName="room-edge"
        handleClassName="room-corner"
        onResizeEnd={(_event, { x, y, width, height }) =>
          session.edit(resizeNote(note.id, [x, y, width, height]))
        }
      />
      {open ? (
        <Writing
          text={note.text}
          onDone={(text) => {
            setWriting(false);
            if (text !== note.text) session.edit([{ kind: "note", id: note.id, set: { text } }]);
          }}
        />
      ) : (
        <p className="slip-text">{note.text}</p>
      )}
      <SelectedBy id={note.id} />
    </div>
  );
});

function Writing({ text, onDone }: { text: string; onDone: (text: string) => void }): ReactElement {
  const [draft, setDraft] = useState(text);
  const key = (event: KeyboardEvent<HTMLTextAreaElement>): void => {
    event.stopPropagation();
    if (event.key === "Escape") event.currentTarget.blur();
  };
  return (
    <textarea
      className="slip-text nodrag nowheel"
      value={draft}
      maxLength={LONGEST}
      aria-label={t("Text of the note")}
      placeholder={t("Write a note")}
      autoFocus
      onChange={(event) => setDraft(event.target.value)}
      onKeyDown={key}
      onBlur={() => onDone(draft)}
    />
  );
}
