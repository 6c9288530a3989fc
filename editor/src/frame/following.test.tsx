import type { ReactFlowInstance } from "@xyflow/react";
import { act, cleanup, fireEvent } from "@testing-library/react";
import { afterEach, expect, test } from "vitest";
import type { CanvasNode, FlowEdgeType } from "../canvas/nodes";
import type { Person } from "../sync/messages";
import { sampleEditor, show } from "../testing/editor";
import { useTogether } from "./following";

afterEach(cleanup);

type Stage = ReactFlowInstance<CanvasNode, FlowEdgeType>;

const ana = (viewport: Person["viewport"]): Person => ({
  id: "x",
  user: 7,
  name: "Ana",
  initials: "A",
  hue: 1,
  role: "editor",
  pointer: null,
  selection: [],
  drag: null,
  viewport,
  follow: null,
});

function Together() {
  useTogether();
  return <div className="stage" />;
}

/** An editor whose canvas keeps what it was asked to show. */
function open() {
  const editor = sampleEditor();
  const seen: object[] = [];
  const stage = { fitBounds: (box: object) => seen.push(box), getViewport: () => ({ x: 0, y: 0, zoom: 1 }) };
  editor.view.set({ stage: stage as unknown as Stage });
  editor.session.presence.welcome([ana([0, 0, 800, 600])], "me");
  const { container } = show(editor, <Together />);
  return { editor, seen, sheet: container.querySelector(".stage") as HTMLElement };
}

test("who follows sees what the other sees, and each move of it", () => {
  const { editor, seen } = open();
  act(() => editor.session.presence.follow("x"));
  act(() => editor.session.presence.receive([ana([100, 50, 400, 300])], []));
  expect(seen).toEqual([
    { x: 0, y: 0, width: 800, height: 600 },
    { x: 100, y: 50, width: 400, height: 300 },
  ]);
});

test("who takes hold of the sheet looks for themselves again", () => {
  const { editor, seen, sheet } = open();
  act(() => editor.session.presence.follow("x"));
  fireEvent.wheel(sheet);
  expect(editor.session.presence.store.get().following).toBeNull();
  act(() => editor.session.presence.receive([ana([100, 50, 400, 300])], []));
  expect(seen).toHaveLength(1);
});

test("who leads brings everyone to one place, and says so", () => {
  const { editor, seen } = open();
  act(() => editor.session.presence.gathered("Ana", [10, 20, 30, 40]));
  expect(seen).toEqual([{ x: 10, y: 20, width: 30, height: 40 }]);
  expect(editor.session.store.get().notice?.text).toBe("Ana brought you here.");
});
