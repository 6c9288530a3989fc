import { cleanup, fireEvent, screen, within } from "@testing-library/react";
import { afterEach, expect, test } from "vitest";
import type { Editor } from "../editor";
import { sampleEditor, show, write } from "../testing/editor";
import { FlowFacts } from "./FlowFacts";

afterEach(cleanup);

const flow = (editor: Editor) => editor.session.store.get().doc.flow.get("f-1");
const names = (select: HTMLElement): (string | null)[] =>
  within(select)
    .getAllByRole("option")
    .map((one) => one.textContent);

test("the components that an end may lead to are listed once somebody comes to choose", () => {
  const editor = sampleEditor();
  show(editor, <FlowFacts id="f-1" />);
  const to = screen.getByLabelText("To");
  expect(names(to)).toEqual(["API"]);
  fireEvent.focus(to);
  expect(names(to)).toEqual(["API", "Model"]);
  fireEvent.change(to, { target: { value: "c-model" } });
  expect(flow(editor)?.target).toBe("c-model");
});

test("a flow is bent by numbers, each bend can go, and all of them at once", () => {
  const editor = sampleEditor();
  show(editor, <FlowFacts id="f-1" />);
  fireEvent.click(screen.getByText("Add a bend"));
  expect(flow(editor)?.points).toEqual([[338, 132]]);
  write("Bend 1, from the top", "300");
  write("Bend 1, from the left", "far");
  expect(flow(editor)?.points).toEqual([[338, 300]]);
  fireEvent.click(screen.getByText("Add a bend"));
  fireEvent.click(screen.getByLabelText("Bend 1: remove it"));
  expect(flow(editor)?.points).toEqual([[438, 216]]);
  fireEvent.click(screen.getByText("Straighten"));
  expect(flow(editor)?.points).toEqual([]);
  expect(editor.session.store.get().unsaved).toBe(5);
});
