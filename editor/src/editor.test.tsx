import { act, cleanup } from "@testing-library/react";
import { afterEach, expect, test } from "vitest";
import { select, useLivingSelection } from "./editor";
import { sampleEditor, show } from "./testing/editor";

afterEach(cleanup);

function Living(): null {
  useLivingSelection();
  return null;
}

test("what an undo or another person takes away is selected no longer", () => {
  const editor = sampleEditor();
  show(editor, <Living />);
  act(() => {
    select(editor, ["c-client", "c-api"]);
    editor.session.edit([{ kind: "component", id: "c-client", remove: true }]);
  });
  expect([...editor.view.get().selection]).toEqual(["c-api"]);
});
