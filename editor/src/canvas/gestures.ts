import {
  type EdgeChange,
  type NodeChange,
  type OnConnectEnd,
  useReactFlow,
  useStoreApi,
} from "@xyflow/react";
import { type DragEvent, type PointerEvent, useCallback, useRef, useState } from "react";
import { addComponent, addZone, connect } from "../document/edits";
import { moveElements } from "../document/move";
import type { Box } from "../document/types";
import { select, useEditor } from "../editor";
import { DRAGGED } from "../palette/drag";
import { ghosts, neighbours, places, snapped, withChanges } from "./drafts";
import type { CanvasNode, Drafts, FlowEdgeType } from "./nodes";
import type { Guide } from "./snap";

/** What hands do on the canvas, and the edits that it becomes. */

const NOTHING: Drafts = new Map();
const NO_GUIDES: readonly Guide[] = [];
/** Arrow keys write one edit, this long after the last press. */
export const NUDGE_MS = 400;

/** How near to a line, in pixels, one has to come to settle on it. */
const SNAP_REACH = 6;

interface Dragging {
  others: readonly Box[];
  reach: number;
}

/** Places being changed by hand, and the edit that they become. */
export function useDrafts() {
  const { session, view } = useEditor();
  const [drafts, setDrafts] = useState<Drafts>(NOTHING);
  const [guides, setGuides] = useState<readonly Guide[]>(NO_GUIDES);
  const latest = useRef<Drafts>(NOTHING);
  const dragging = useRef<Dragging | null>(null);
  const timer = useRef(0);
  const flow = useStoreApi<CanvasNode, FlowEdgeType>();

  const put = useCallback((next: Drafts, lines: readonly Guide[] = NO_GUIDES) => {
    latest.current = next;
    setDrafts(next);
    setGuides(lines.length === 0 ? NO_GUIDES : lines);
  }, []);

  const commit = useCallback(() => {
    window.clearTimeout(timer.current);
    dragging.current = null;
    const { doc } = session.store.get();
    session.edit(moveElements(doc, places(doc, latest.current)));
    session.presence.update({ drag: null });
    put(NOTHING);
  }, [put, session]);

  const change = useCallback(
    (changes: readonly NodeChange<CanvasNode>[]) => {
      const moves = changes.filter((one) => one.type === "position" || one.type === "dimensions");
      const next = withChanges(latest.current, moves);
      if (moves.length === 0 || next.size === 0) return;
      const resizing = moves.find((one) => one.type === "dimensions" && one.resizing !== undefined);
      if (dragging.current) {
        const { doc } = session.store.get();
        const { others, reach } = dragging.current;
        const settled = snapped(doc, next, view.get().snapping ? others : [], reach);
        put(settled.drafts, settled.guides);
        session.presence.update({ drag: ghosts(doc, settled.drafts) });
      } else if (resizing?.type === "dimensions") {
        // The zone itself writes its new box when the pointer lets go.
        put(resizing.resizing === false ? NOTHING : next);
      } else {
        put(next);
        window.clearTimeout(timer.current);
        timer.current = window.setTimeout(commit, NUDGE_MS);
      }
    },
    [commit, put, session, view],
  );

  const begin = useCallback(
    (_event: unknown, _node: unknown, nodes: readonly CanvasNode[]) => {
      const { transform, width, height } = flow.getState();
      const [x, y, zoom] = transform;
      const sight: Box = [-x / zoom, -y / zoom, width / zoom, height / zoom];
      const dragged = nodes.map((node) => node.id);
      const others = neighbours(session.store.get().doc, dragged, sight);
      dragging.current = { others, reach: SNAP_REACH / zoom };
    },
    [flow, session],
  );
  return { drafts, guides, change, begin, commit };
}

/** Selection is ours, so that the outline, the findings and the canvas agree on it. */
export function useSelect() {
  const editor = useEditor();
  return useCallback(
    (changes: readonly (NodeChange<CanvasNode> | EdgeChange<FlowEdgeType>)[]) => {
      const selection = new Set(editor.view.get().selection);
      const chosen = changes.filter((one) => one.type === "select");
      for (const one of chosen) {
        if (one.selected) selection.add(one.id);
        else selection.delete(one.id);
      }
      if (chosen.length > 0) select(editor, selection);
    },
    [editor],
  );
}

/** A flow drawn by dragging from a card: its end may be any part of the other card. */
export function useConnect(): OnConnectEnd {
  const editor = useEditor();
  return useCallback(
    (event, state) => {
      const point = "changedTouches" in event ? event.changedTouches[0] : event;
      const under = point && document.elementFromPoint(point.clientX, point.clientY);
      const card = under?.closest<HTMLElement>(".node-card")?.dataset.element;
      const source = state.fromNode?.id;
      const target = state.toNode?.id ?? card;
      if (!source || !target) return;
      const edit = connect(editor.session.store.get().doc, editor.catalog, source, target);
      if (edit && editor.session.edit(edit.changes)) select(editor, [edit.id]);
    },
    [editor],
  );
}

export function useDrop() {
  const editor = useEditor();
  const { screenToFlowPosition } = useReactFlow();
  return useCallback(
    (event: DragEvent) => {
      const dragged = event.dataTransfer.getData(DRAGGED);
      if (dragged === "") return;
      event.preventDefault();
      const [kind, id = ""] = dragged.split(":");
      const { x, y } = screenToFlowPosition({ x: event.clientX, y: event.clientY });
      const { doc } = editor.session.store.get();
      const add = kind === "zone" ? addZone : addComponent;
      const edit = add(doc, editor.catalog, id, x, y);
      if (editor.session.edit(edit.changes)) select(editor, [edit.id]);
    },
    [editor, screenToFlowPosition],
  );
}

export function usePointer() {
  const { session } = useEditor();
  const { screenToFlowPosition } = useReactFlow();
  const move = useCallback(
    (event: PointerEvent) => {
      const { x, y } = screenToFlowPosition({ x: event.clientX, y: event.clientY });
      session.presence.update({ pointer: [Math.round(x), Math.round(y)] });
    },
    [screenToFlowPosition, session],
  );
  const leave = useCallback(() => session.presence.update({ pointer: null }), [session]);
  return { move, leave };
}
