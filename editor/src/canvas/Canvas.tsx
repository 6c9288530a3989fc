import {
  Background,
  BackgroundVariant,
  ConnectionMode,
  Controls,
  MarkerType,
  MiniMap,
  type NodeChange,
  ReactFlow,
  SelectionMode,
  useStore as useFlowStore,
} from "@xyflow/react";
import { type ReactElement, useCallback, useMemo } from "react";
import { useEditor, useMayEdit, useSession, useView } from "../editor";
import { ComponentNode } from "./ComponentNode";
import { type CanvasNode, Elements, type FlowEdgeType } from "./elements";
import { FlowEdge } from "./FlowEdge";
import { useConnect, useDrafts, useDrop, usePointer, useSelect } from "./gestures";
import { Peers } from "./Peers";
import { useReveal } from "./reveal";
import { ZoneNode } from "./ZoneNode";

const NODE_TYPES = { component: ComponentNode, zone: ZoneNode };
const EDGE_TYPES = { flow: FlowEdge };
const EDGE_DEFAULTS = { markerEnd: { type: MarkerType.ArrowClosed, width: 14, height: 14 } };
const FIT = { padding: 0.05, maxZoom: 1 };
const OVERVIEW = { width: 152, height: 104 };
/** How much is written: names larger and alone from afar, hardly anything from very far. */
const FAR = 0.35;
const MIDDLE = 0.7;

function distance(zoom: number): string {
  if (zoom < FAR) return "canvas canvas-far";
  return zoom < MIDDLE ? "canvas canvas-middle" : "canvas";
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

  const nodesChanged = useCallback(
    (changes: NodeChange<CanvasNode>[]) => {
      change(changes);
      choose(changes);
    },
    [change, choose],
  );

  return (
    <ReactFlow<CanvasNode, FlowEdgeType>
      className={className}
      aria-label={`Diagram of ${boot.name}`}
      nodes={nodes}
      edges={edges}
      nodeTypes={NODE_TYPES}
      edgeTypes={EDGE_TYPES}
      defaultEdgeOptions={EDGE_DEFAULTS}
      onNodesChange={nodesChanged}
      onEdgesChange={choose}
      onNodeDragStart={begin}
      onNodeDragStop={commit}
      onSelectionDragStart={begin}
      onSelectionDragStop={commit}
      onConnectEnd={endConnection}
      onDrop={drop}
      onDragOver={(event) => event.preventDefault()}
      onPointerMove={pointer.move}
      onPointerLeave={pointer.leave}
      nodesConnectable={mayEdit}
      nodesDraggable={mayEdit}
      elementsSelectable
      connectionMode={ConnectionMode.Loose}
      connectionRadius={28}
      connectOnClick={false}
      selectionOnDrag
      selectionMode={SelectionMode.Full}
      panOnDrag={[1, 2]}
      panActivationKeyCode="Space"
      deleteKeyCode={null}
      multiSelectionKeyCode={["Shift", "Meta", "Control"]}
      zIndexMode="manual"
      onlyRenderVisibleElements
      minZoom={0.08}
      maxZoom={2.5}
      fitView
      fitViewOptions={FIT}
    >
      <Background variant={BackgroundVariant.Dots} gap={24} size={1} color="var(--line)" />
      <Controls showInteractive={false} position="bottom-left" />
      <MiniMap<CanvasNode>
        position="bottom-right"
        pannable
        zoomable
        ariaLabel="Overview"
        nodeBorderRadius={8}
        style={OVERVIEW}
        nodeClassName={(node) => `overview-${node.type}`}
      />
      <Peers />
    </ReactFlow>
  );
}
