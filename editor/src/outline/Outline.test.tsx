import { cleanup, fireEvent, screen } from "@testing-library/react";
import { afterEach, expect, test } from "vitest";
import { sampleComment } from "../testing/comment";
import { sampleEditor, show } from "../testing/editor";
import { Outline } from "./Outline";

afterEach(cleanup);

const row = (name: string) => screen.getAllByText(name)[0]?.closest<HTMLElement>("[role=row]");
const press = (key: string) => fireEvent.keyDown(document.activeElement ?? document.body, { key });

function open(role: "editor" | "viewer" = "editor") {
  const editor = sampleEditor(role);
  show(editor, <Outline />);
  row("Internet")?.focus();
  return editor;
}

test("arrows walk the rows and Enter selects", () => {
  const editor = open();
  press("ArrowDown");
  expect(document.activeElement).toBe(row("Client"));
  press("Enter");
  expect([...editor.view.get().selection]).toEqual(["c-client"]);
});

test("F2 renames, and the row has the focus again", () => {
  const editor = open();
  press("ArrowDown");
  press("F2");
  const field = screen.getByLabelText("Name");
  expect(document.activeElement).toBe(field);
  fireEvent.change(field, { target: { value: "Shop" } });
  press("Enter");
  expect(editor.session.store.get().doc.component.get("c-client")?.name).toBe("Shop");
  expect(document.activeElement).toBe(row("Shop"));
});

test("Delete removes a row and walks on", () => {
  const editor = open();
  press("ArrowDown");
  press("Delete");
  expect(editor.session.store.get().doc.component.has("c-client")).toBe(false);
  expect(document.activeElement?.getAttribute("role")).toBe("row");
});

test("who may only look walks and selects, and changes nothing", () => {
  const editor = open("viewer");
  press("F2");
  expect(screen.queryByLabelText("Name")).toBeNull();
  press("Delete");
  expect(editor.session.store.get().doc.zone.has("z-net")).toBe(true);
});

test("Space adds to the selection and takes away from it", () => {
  const editor = open();
  press("Enter");
  press("ArrowDown");
  press(" ");
  expect([...editor.view.get().selection]).toEqual(["z-net", "c-client"]);
  press(" ");
  expect([...editor.view.get().selection]).toEqual(["z-net"]);
});

test("a note is written on by F2, and its open comments stand beside it", () => {
  const editor = sampleEditor();
  editor.session.edit([{ kind: "note", id: "n-1", add: { text: "Why?", box: [0, 0, 80, 60] } }]);
  editor.session.comments.receive(sampleComment("n-1", "Ask Mira"));
  show(editor, <Outline />);
  row("Why?")?.focus();
  fireEvent.click(row("Why?") as HTMLElement);
  expect(row("Why?")?.textContent).toContain("1 open comment");
  press("F2");
  fireEvent.change(screen.getByLabelText("Name"), { target: { value: "Because" } });
  press("Enter");
  expect(editor.session.store.get().doc.note.get("n-1")?.text).toBe("Because");
});
