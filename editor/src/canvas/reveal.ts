import { useReactFlow } from "@xyflow/react";
import { useEffect } from "react";
import { centre } from "../document/tree";
import type { Doc, Point } from "../document/types";
import { useEditor, useView } from "../editor";
import { glide } from "../motion";

function placeOf(doc: Doc, id: string): Point | null {
  const element = doc.component.get(id) ?? doc.zone.get(id) ?? doc.note.get(id);
  if (element) return centre(element.box);
  const flow = doc.flow.get(id);
  const from = flow && doc.component.get(flow.source);
  const to = flow && doc.component.get(flow.target);
  if (!from || !to) return null;
  const [ax, ay] = centre(from.box);
  const [bx, by] = centre(to.box);
  return [(ax + bx) / 2, (ay + by) / 2];
}

/** How much of the stage's edge does not count as in sight, in pixels. */
const EDGE = 48;
/** What the tools cover at its top. */
const TOOLS = 44;
const READABLE = 0.5;

/** Bring an element into sight when something outside the canvas asks for it, and only then. */
export function useReveal(): void {
  const { session } = useEditor();
  const reveal = useView((view) => view.reveal);
  const { flowToScreenPosition, getZoom, setViewport } = useReactFlow();
  useEffect(() => {
    const place = reveal && placeOf(session.store.get().doc, reveal.id);
    if (!place) return;
    // Measured now: the canvas learns later how much of its room a panel has taken.
    const stage = document.querySelector(".stage")?.getBoundingClientRect();
    if (!stage) return;
    const [x, y] = place;
    if (getZoom() >= READABLE && isWithin(stage, flowToScreenPosition({ x, y }))) return;
    const zoom = Math.max(getZoom(), 0.6);
    const view = { x: stage.width / 2 - x * zoom, y: (stage.height + TOOLS) / 2 - y * zoom, zoom };
    void setViewport(view, { duration: glide(120) });
  }, [reveal, session, flowToScreenPosition, getZoom, setViewport]);
}

function isWithin(stage: DOMRect, { x, y }: { x: number; y: number }): boolean {
  const across = stage.left + EDGE < x && x < stage.right - EDGE;
  return across && stage.top + TOOLS + EDGE < y && y < stage.bottom - EDGE;
}
