import { useReactFlow } from "@xyflow/react";
import { useEffect } from "react";
import { centre } from "../document/tree";
import type { Doc, Point } from "../document/types";
import { useEditor, useView } from "../editor";

function placeOf(doc: Doc, id: string): Point | null {
  const element = doc.component.get(id) ?? doc.zone.get(id);
  if (element) return centre(element.box);
  const flow = doc.flow.get(id);
  const from = flow && doc.component.get(flow.source);
  const to = flow && doc.component.get(flow.target);
  if (!from || !to) return null;
  const [ax, ay] = centre(from.box);
  const [bx, by] = centre(to.box);
  return [(ax + bx) / 2, (ay + by) / 2];
}

/** Bring an element into sight when something outside the canvas asks for it. */
export function useReveal(): void {
  const { session } = useEditor();
  const reveal = useView((view) => view.reveal);
  const { getZoom, setCenter } = useReactFlow();
  useEffect(() => {
    const place = reveal && placeOf(session.store.get().doc, reveal.id);
    if (!place) return;
    void setCenter(place[0], place[1], { zoom: Math.max(getZoom(), 0.6), duration: 120 });
  }, [reveal, session, getZoom, setCenter]);
}
