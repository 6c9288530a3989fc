import type { ReactElement } from "react";
import { moveElements, resizeNote, resizeZone } from "../document/move";
import type { Box, Change, Doc } from "../document/types";
import { useEditor, useMayEdit, useSession } from "../editor";
import { TextField } from "./fields";
import { t } from "../words/t";

interface PlaceFactsProps {
  kind: "component" | "zone" | "note";
  id: string;
}

const SIDES = [t("From the left"), t("From the top"), t("Width"), t("Height")] as const;
/** As small as the corners on the drawing let an element become. */
const LEAST = 48;

/** Where an element lies, in numbers: by keyboard what dragging and resizing are by hand. */
export function PlaceFacts({ kind, id }: PlaceFactsProps): ReactElement | null {
  const { session } = useEditor();
  const box = useSession((state) => state.doc[kind].get(id)?.box);
  const mayEdit = useMayEdit();
  if (!box || !mayEdit) return null;
  const put = (side: number, text: string): void => {
    const value = Math.round(Number(text));
    if (text === "" || !Number.isFinite(value)) return;
    const next = box.map((was, at) => (at === side ? value : was)) as unknown as Box;
    session.edit(placed(session.store.get().doc, kind, id, next));
  };
  const sides = kind === "component" ? SIDES.slice(0, 2) : SIDES;
  return (
    <details className="place">
      <summary>{t("Place in numbers")}</summary>
      <div className="place-fields">
        {sides.map((name, side) => (
          <label key={name}>
            <span className="muted">{name}</span>
            <TextField
              label={name}
              value={String(Math.round(box[side] ?? 0))}
              maxLength={8}
              onCommit={(text) => put(side, text)}
            />
          </label>
        ))}
      </div>
    </details>
  );
}

function placed(doc: Doc, kind: PlaceFactsProps["kind"], id: string, box: Box): Change[] {
  const was = doc[kind].get(id)?.box;
  if (!was || kind === "component" || (was[2] === box[2] && was[3] === box[3])) {
    return moveElements(doc, new Map([[id, [box[0], box[1]]]]));
  }
  const large: Box = [box[0], box[1], Math.max(box[2], LEAST), Math.max(box[3], LEAST)];
  return kind === "zone" ? resizeZone(doc, id, large) : resizeNote(id, large);
}
