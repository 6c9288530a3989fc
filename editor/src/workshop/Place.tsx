import { type ReactElement, type ReactNode, useEffect, useState } from "react";
import { createPortal } from "react-dom";
import { select, useEditor, useSession } from "../editor";
import { Bar } from "./Bar";
import { Panel } from "./Panel";
import type { Workshop } from "./types";
import { useRoom } from "./useRoom";
import { elementOf } from "./words";
import "./workshop.css";
import { isNarrow } from "../narrow";
import { t } from "../words/t";

/** Who leads or follows sees selected, and in sight, what the room looks at. */
function useFollowing(workshop: Workshop, following: boolean): void {
  const editor = useEditor();
  const loaded = useSession((state) => state.loaded);
  const element = elementOf(workshop.focus);
  useEffect(() => {
    if (following && loaded && element !== null) select(editor, [element], true);
  }, [editor, following, loaded, element]);
}

interface PlaceProps {
  workshop: Workshop;
  /** What stands beside the drawing while the workshop's panel is hidden. */
  otherwise: ReactNode;
  head: HTMLElement | null;
}

/** The workshop around the drawing: its bar above, its panel beside. */
export default function Place({ workshop, otherwise, head }: PlaceProps): ReactElement {
  const room = useRoom(workshop);
  const [shown, setShown] = useState(true);
  const [following, setFollowing] = useState(true);
  useFollowing(workshop, following || room.leads);
  const ended = workshop.state === "ended";
  return (
    <>
      {head &&
        createPortal(
          ended ? (
            <Ended workshop={workshop} />
          ) : (
            <Bar room={room} shown={shown} onShow={setShown} />
          ),
          head,
        )}
      {shown && !ended ? (
        <Panel room={room} following={following} onFollow={setFollowing} />
      ) : (
        !isNarrow() && otherwise
      )}
    </>
  );
}

function Ended({ workshop }: { workshop: Workshop }): ReactElement {
  return (
    <section className="workshop-bar" aria-label={t("Workshop")} role="status">
      <strong className="workshop-title">{workshop.title}</strong>
      <span>{t("It has ended.")}</span>
      <a className="button" href={`/workshops/${workshop.id}/`}>
        {t("Look at its record")}
      </a>
    </section>
  );
}
