import {
  Background,
  BackgroundVariant,
  ConnectionMode,
  Controls,
  MarkerType,
  type NodeChange,
  ReactFlow,
  SelectionMode,
} from "@xyflow/react";
import { lazy, type ReactElement, Suspense, useCallback, useMemo, useState } from "react";
import { useEditor, useMayEdit, useSession, useView } from "../editor";
import { ComponentNode } from "./ComponentNode";
import { AROUND, DetailContext, useDistance } from "./detail";
import { DistrictNode } from "./DistrictNode";
import { Elements, flowsTogether } from "./elements";
import type { CanvasNode, FlowEdgeType } from "./nodes";
import { FlowEdge } from "./FlowEdge";
import { FlowsTogether } from "./FlowsTogether";
import { useConnect, useDrafts, useDrop, usePointer, useSelect } from "./gestures";
import { Guides } from "./Guides";
import { around, type Lens, litBy } from "./lens";
import { labelLayer, LabelLayerProvider } from "./LabelLayer";
import { NoteNode } from "./NoteNode";
import { Peers } from "./Peers";
import { useReveal } from "./reveal";
import { ZoneNode } from "./ZoneNode";
import { SPOKEN } from "./spoken";
import { t } from "../words/t";

/* Fetched beside the catalog: the drawing does not wait for its tools. */
const tools = import("./Toolbar");
const Toolbar = lazy(async () => ({ default: (await tools).Toolbar }));
const overview = import("./Overview");
const Overview = lazy(async () => ({ default: (await overview).Overview }));
/* Fetched when somebody first follows an attack path. */
const WayOverlay = lazy(async () => {
  return { default: (await import("../paths/WayOverlay")).WayOverlay };
});

const NODE_TYPES = {
  component: ComponentNode,
  zone: ZoneNode,
  district: DistrictNode,
  note: NoteNode,
};
const EDGE_TYPES = { flow: FlowEdge };
const EDGE_DEFAULTS = { markerEnd: { type: MarkerType.ArrowClosed, width: 14, height: 14 } };
const FIT = { padding: AROUND, maxZoom: 1 };

/** What a task or else a lens leaves lit, worked out anew when the drawing or findings change. */
function useLit(lens: Lens | null): ReadonlySet<string> | null {
  const spot = useView((now) => now.spot);
  const { catalog } = useEditor();
  const doc = useSession((state) => state.doc);
  const findings = useSession((state) => state.findings);
  return useMemo(() => {
    if (spot) return around(doc, spot);
    return lens ? litBy(doc, catalog, findings, lens) : null;
  }, [catalog, doc, findings, lens, spot]);
}

export function Canvas(): ReactElement {
  const { catalog, boot, view } = useEditor();
  const doc = useSession((state) => state.doc);
  const selection = useView((now) => now.selection);
  const lit = useLit(useView((now) => now.lens));
  const onWay = useView((now) => now.way !== null);
  const editable = useMayEdit();
  const [labels, setLabels] = useState<Element | null>(null);
  const { drafts, guides, change, begin, commit } = useDrafts();
  const choose = useSelect();
  const pointer = usePointer();
  const elements = useMemo(() => new Elements(catalog), [catalog]);
  const detail = useDistance(doc);
  const look = { selection, editable, lit, detail };
  const nodes = elements.nodes(doc, look, drafts);
  const edges = elements.edges(doc, look);
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
    <DetailContext value={detail}>
      <LabelLayerProvider value={labels}>
        <ReactFlow<CanvasNode, FlowEdgeType>
          className={`canvas canvas-${detail}`}
          aria-label={t("Diagram of {name}", { name: boot.name })}
          ariaLabelConfig={SPOKEN}
          nodes={nodes}
          edges={edges}
          nodeTypes={NODE_TYPES}
          edgeTypes={EDGE_TYPES}
          defaultEdgeOptions={EDGE_DEFAULTS}
          onInit={(stage) => {
            view.set({ stage });
            setLabels(labelLayer());
          }}
          onNodesChange={nodesChanged}
          onEdgesChange={choose}
          onNodeDragStart={begin}
          onNodeDragStop={commit}
          onSelectionDragStart={(event, dragged) => begin(event, null, dragged)}
          onSelectionDragStop={commit}
          onConnectEnd={endConnection}
          onDrop={drop}
          onDragOver={(event) => event.preventDefault()}
          onPointerMove={pointer.move}
          onPointerLeave={pointer.leave}
          nodesConnectable={editable}
          nodesDraggable={editable}
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
          minZoom={0.04}
          maxZoom={2.5}
          fitView
          fitViewOptions={FIT}
        >
          <Background variant={BackgroundVariant.Dots} gap={24} size={1} color="var(--line)" />
          {flowsTogether(doc, detail) && (
            <FlowsTogether doc={doc} lies={elements.lies(doc)} plan={detail === "plan"} />
          )}
          <Suspense>{onWay && <WayOverlay doc={doc} lies={elements.lies(doc)} />}</Suspense>
          <Suspense>
            <Toolbar />
          </Suspense>
          <Controls showInteractive={false} position="bottom-left" />
          <Suspense>
            <Overview />
          </Suspense>
          <Guides guides={guides} />
          <Peers />
        </ReactFlow>
      </LabelLayerProvider>
    </DetailContext>
  );
}
