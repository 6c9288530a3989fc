import { cleanup, screen } from "@testing-library/react";
import { afterEach, expect, test } from "vitest";
import { sampleEditor, show, write } from "../testing/editor";
import { PlaceFacts } from "./PlaceFacts";

afterEach(cleanup);

test("a component is moved by numbers, and stands in the zone it came to", () => {
  const editor = sampleEditor();
  show(editor, <PlaceFacts kind="component" id="c-client" />);
  write("From the left", "420");
  const moved = editor.session.store.get().doc.component.get("c-client");
  expect(moved?.box[0]).toBe(420);
  expect(moved?.zone).toBe("z-prod");
  expect(screen.queryByLabelText("Width")).toBeNull();
});

test("a zone is made wider by numbers; what is no number changes nothing", () => {
  const editor = sampleEditor();
  show(editor, <PlaceFacts kind="zone" id="z-net" />);
  const { doc } = editor.session.store.get();
  write("Width", "wide");
  expect(editor.session.store.get().doc).toBe(doc);
  write("Width", "340");
  expect(editor.session.store.get().doc.zone.get("z-net")?.box).toEqual([0, 0, 340, 400]);
});

test("who may only look is not offered to move anything", () => {
  show(sampleEditor("viewer"), <PlaceFacts kind="zone" id="z-net" />);
  expect(screen.queryByText("Place in numbers")).toBeNull();
});
