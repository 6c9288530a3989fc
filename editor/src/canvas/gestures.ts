import { type EdgeChange, type NodeChange, type OnConnectEnd, useReactFlow } from "@xyflow/react";
import { type DragEvent, type PointerEvent, useCallback, useRef, useState } from "react";
import { addComponent, addZone, connect } from "../document/edits";
import { moveElements } from "../document/move";
import { select, useEditor } from "../editor";
import { DRAGGED } from "../palette/drag";
import { ghosts, places, withChanges } from "./drafts";
import type { CanvasNode, Drafts, FlowEdgeType } from "./elements";

/** What hands do on the canvas, and the edits that it becomes. */

const NOTHING: Drafts = new Map();
/** Arrow keys write one edit, this long after the last press. */
const NUDGE_MS = 400;

/** Places being changed by hand, and the edit that they become. */
export function useDrafts() {
  const { session } = useEditor();
  const [drafts, setDrafts] = useState<Drafts>(NOTHING);
  const latest = useRef<Drafts>(NOTHING);
  const dragging = useRef(false);
  const timer = useRef(0);

  const put = useCallback((next: Drafts) => {
    latest.current = next;
    setDrafts(next);
  }, []);

  const commit = useCallback(() => {
    window.clearTimeout(timer.current);
    dragging.current = false;
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
      put(next);
      if (dragging.current) {
        session.presence.update({ drag: ghosts(session.store.get().doc, next) });
      } else if (resizing?.type === "dimensions") {
        // The zone itself writes its new box when the pointer lets go.
        if (resizing.resizing === false) put(NOTHING);
      } else {
        window.clearTimeout(timer.current);
        timer.current = window.setTimeout(commit, NUDGE_MS);
      }
    },
    [commit, put, session],
  );

  const begin = useCallback(() => {
    dragging.current = true;
  }, []);
  return { drafts, change, begin, commit };
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
