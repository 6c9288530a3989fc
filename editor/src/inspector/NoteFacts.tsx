import type { ReactElement } from "react";
import { useMayEdit, useSession } from "../editor";
import { TextField } from "./fields";
import { Actions, useSetter } from "./parts";
import { PlaceFacts } from "./PlaceFacts";
import { t } from "../words/t";

/** A sticky note: words for people, which nothing is judged by. */
export function NoteFacts({ id }: { id: string }): ReactElement | null {
  const note = useSession((state) => state.doc.note.get(id));
  const disabled = !useMayEdit();
  const set = useSetter("note", id);
  if (!note) return null;
  return (
    <>
      <div className="side-title">
        <h2>{t("Note")}</h2>
      </div>
      <p className="fact-help">{t("It lies on the drawing and changes no finding.")}</p>
      <TextField
        label={t("Text of the note")}
        value={note.text}
        multiline
        maxLength={10_000}
        disabled={disabled}
        onCommit={(text) => set({ text })}
      />
      <PlaceFacts kind="note" id={id} />
      <Actions />
    </>
  );
}
