import {
  Background, BackgroundVariant, ConnectionMode, Controls, type EdgeChange, MarkerType, MiniMap,
  type NodeChange, type OnConnectEnd, ReactFlow, SelectionMode, useReactFlow,
  useStore as useFlowStore,
} from "@xyflow/react";
import {
  type DragEvent, type PointerEvent, type ReactElement, useCallback, useMemo, useRef,
  useState,
} from "react";
import { addComponent, addZone, connect, moveElements } from "../document/edits";
import { select, useEditor, useMayEdit, useSession, useView } from "../editor";
import { DRAGGED } from "../palette/drag";
import { ComponentNode } from "./ComponentNode";
import { ghosts, places, withChanges } from "./drafts";
import { type CanvasNode, type Drafts, Elements, type FlowEdgeType } from "./elements";
import { FlowEdge } from "./FlowEdge";
import { Peers } from "./Peers";
import { useReveal } from "./reveal";
import { ZoneNode } from "./ZoneNode";

const NODE_TYPES = { component: ComponentNode, zone: ZoneNode };
const EDGE_TYPES = { flow: FlowEdge };
const EDGE_DEFAULTS = { markerEnd: { type: MarkerType.ArrowClosed, width: 14, height: 14 } };
const FIT = { padding: 0.05, maxZoom: 1 };
const OVERVIEW = { width: 152, height: 104 };
const NOTHING: Drafts = new Map();
/** Arrow keys write one edit, this long after the last press. */
const NUDGE_MS = 400;
/** How much is written: names larger and alone from afar, hardly anything from very far. */
const FAR = 0.35;
const MIDDLE = 0.7;

function distance(zoom: number): string {
  if (zoom < FAR) return "canvas canvas-far";
  return zoom < MIDDLE ? "canvas canvas-middle" : "canvas";
}

/** Places being changed by hand, and the edit that they become. */
function useDrafts() {
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

  const change = useCallback((changes: readonly NodeChange<CanvasNode>[]) => {
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
  }, [commit, put, session]);

  const begin = useCallback(() => { dragging.current = true; }, []);
  return { drafts, change, begin, commit };
}

/** Selection is ours, so that the outline, the findings and the canvas agree on it. */
function useSelect() {
  const editor = useEditor();
  return useCallback((changes: readonly (NodeChange<CanvasNode> | EdgeChange<FlowEdgeType>)[]) => {
    const selection = new Set(editor.view.get().selection);
    const chosen = changes.filter((one) => one.type === "select");
    for (const one of chosen) {
      if (one.selected) selection.add(one.id);
      else selection.delete(one.id);
    }
    if (chosen.length > 0) select(editor, selection);
  }, [editor]);
}

/** A flow drawn by dragging from a card: its end may be any part of the other card. */
function useConnect(): OnConnectEnd {
  const editor = useEditor();
  return useCallback((event, state) => {
    const point = "changedTouches" in event ? event.changedTouches[0] : event;
    const under = point && document.elementFromPoint(point.clientX, point.clientY);
    const card = under?.closest<HTMLElement>(".node-card")?.dataset.element;
    const source = state.fromNode?.id;
    const target = state.toNode?.id ?? card;
    if (!source || !target) return;
    const edit = connect(editor.session.store.get().doc, editor.catalog, source, target);
    if (edit && editor.session.edit(edit.changes)) select(editor, [edit.id]);
  }, [editor]);
}

function useDrop() {
  const editor = useEditor();
  const { screenToFlowPosition } = useReactFlow();
  return useCallback((event: DragEvent) => {
    const dragged = event.dataTransfer.getData(DRAGGED);
    if (dragged === "") return;
    event.preventDefault();
    const [kind, id = ""] = dragged.split(":");
    const { x, y } = screenToFlowPosition({ x: event.clientX, y: event.clientY });
    const { doc } = editor.session.store.get();
    const add = kind === "zone" ? addZone : addComponent;
    const edit = add(doc, editor.catalog, id, x, y);
    if (editor.session.edit(edit.changes)) select(editor, [edit.id]);
  }, [editor, screenToFlowPosition]);
}

function usePointer() {
  const { session } = useEditor();
  const { screenToFlowPosition } = useReactFlow();
  const move = useCallback((event: PointerEvent) => {
    const { x, y } = screenToFlowPosition({ x: event.clientX, y: event.clientY });
    session.presence.update({ pointer: [Math.round(x), Math.round(y)] });
  }, [screenToFlowPosition, session]);
  const leave = useCallback(() => session.presence.update({ pointer: null }), [session]);
  return { move, leave };
}

export function Canvas(): ReactElement {
  const { catalog, boot } = useEditor();
  const doc = useSession((state) => state.doc);
  const selection = useView((view) => view.selection);
  const mayEdit = useMayEdit();
  const { drafts, change, begin, commit } = useDrafts();
  const choose = useSelect();
  const pointer = usePointer();
  const elements = useMemo(() => new Elements(catalog), [catalog]);
  const nodes = elements.nodes(doc, selection, drafts, mayEdit);
  const edges = elements.edges(doc, selection);
  const className = useFlowStore((flow) => distance(flow.transform[2]));
  const endConnection = useConnect();
  const drop = useDrop();
  useReveal();

  const nodesChanged = useCallback((changes: NodeChange<CanvasNode>[]) => {
    change(changes);
    choose(changes);
  }, [change, choose]);

  return (
    <ReactFlow<CanvasNode, FlowEdgeType>
      className={className} aria-label={`Diagram of ${boot.name}`}
      nodes={nodes} edges={edges} nodeTypes={NODE_TYPES} edgeTypes={EDGE_TYPES}
      defaultEdgeOptions={EDGE_DEFAULTS}
      onNodesChange={nodesChanged} onEdgesChange={choose}
      onNodeDragStart={begin} onNodeDragStop={commit}
      onSelectionDragStart={begin} onSelectionDragStop={commit}
      onConnectEnd={endConnection} onDrop={drop}
      onDragOver={(event) => event.preventDefault()}
      onPointerMove={pointer.move} onPointerLeave={pointer.leave}
      nodesConnectable={mayEdit} nodesDraggable={mayEdit} elementsSelectable
      connectionMode={ConnectionMode.Loose} connectionRadius={28} connectOnClick={false}
      selectionOnDrag selectionMode={SelectionMode.Full} panOnDrag={[1, 2]}
      panActivationKeyCode="Space" deleteKeyCode={null} multiSelectionKeyCode={["Shift", "Meta", "Control"]}
      zIndexMode="manual" onlyRenderVisibleElements minZoom={0.08} maxZoom={2.5}
      fitView fitViewOptions={FIT}
    >
      <Background variant={BackgroundVariant.Dots} gap={24} size={1} color="var(--line)" />
      <Controls showInteractive={false} position="bottom-left" />
      <MiniMap<CanvasNode>
        position="bottom-right" pannable zoomable ariaLabel="Overview" nodeBorderRadius={8}
        style={OVERVIEW} nodeClassName={(node) => `overview-${node.type}`}
      />
      <Peers />
    </ReactFlow>
  );
}
