import {
  applyNodeChanges,
  ConnectionMode,
  type Edge,
  Handle,
  MarkerType,
  type Node,
  type NodeProps,
  type OnNodesChange,
  Position,
  ReactFlow,
} from "@xyflow/react";
import "@xyflow/react/dist/style.css";
import { memo, type ReactElement, useCallback, useState } from "react";
import { createRoot } from "react-dom/client";
import { asked, drawing } from "./system";
import "./bare.css";

/* The limit to compare with: React Flow with the same boxes and flows, and nothing else. */

type CardNode = Node<{ name: string; kind: string }, "card">;
type RoomNode = Node<{ name: string }, "room">;

const SIDES = [Position.Top, Position.Right, Position.Bottom, Position.Left];

const Card = memo(function Card({ data }: NodeProps<CardNode>): ReactElement {
  return (
    <div className="card">
      <strong>{data.name}</strong>
      <span>{data.kind}</span>
      <em>M 1</em>
      {SIDES.map((side) => (
        <Handle key={side} id={side} type="source" position={side} />
      ))}
    </div>
  );
});

const Room = memo(function Room({ data }: NodeProps<RoomNode>): ReactElement {
  return <div className="room">{data.name}</div>;
});

const NODE_TYPES = { card: Card, room: Room };
const { count, virtual } = asked();
const { rooms, cards, lines } = drawing(count);

const NODES: (CardNode | RoomNode)[] = [
  ...rooms.map(({ id, name, box: [x, y, width, height] }): RoomNode => {
    return { id, type: "room", data: { name }, position: { x, y }, width, height };
  }),
  ...cards.map(({ id, name, kind, zone, box: [x, y, width, height] }): CardNode => {
    const room = rooms.find((one) => one.id === zone);
    const position = { x: x - (room?.box[0] ?? 0), y: y - (room?.box[1] ?? 0) };
    return { id, type: "card", data: { name, kind }, parentId: zone, position, width, height };
  }),
];

const EDGES: Edge[] = lines.map(({ id, name, source, target }) => ({
  id,
  source,
  target,
  label: name,
  type: "smoothstep",
  markerEnd: { type: MarkerType.ArrowClosed },
}));

function Bare(): ReactElement {
  const [nodes, setNodes] = useState(NODES);
  const changed = useCallback<OnNodesChange<CardNode | RoomNode>>((changes) => {
    setNodes((now) => applyNodeChanges(changes, now));
  }, []);
  return (
    <ReactFlow
      nodes={nodes}
      edges={EDGES}
      nodeTypes={NODE_TYPES}
      onNodesChange={changed}
      onInit={(stage) => Object.assign(window, { stage })}
      onlyRenderVisibleElements={virtual}
      panOnDrag={[1, 2]}
      selectionOnDrag
      connectionMode={ConnectionMode.Loose}
      minZoom={0.02}
      fitView
    />
  );
}

createRoot(document.getElementById("editor") as HTMLElement).render(<Bare />);
