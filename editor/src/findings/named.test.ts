import { act, cleanup, screen } from "@testing-library/react";
import { createElement } from "react";
import { afterEach, expect, test } from "vitest";
import { sampleEditor, show } from "../testing/editor";
import { sampleFinding } from "../testing/finding";
import { sampleCatalog, sampleDocument } from "../testing/sample";
import { FindingsPanel } from "./FindingsPanel";
import { elementName, rowTitle } from "./named";

afterEach(cleanup);

test.each([
  ["outsider@c-api", "Outsider at API"],
  ["gone@c-api", "gone at API"],
  ["outsider@internet", "Outsider at internet"],
  ["@c-api", "API, waiting for answers"],
  ["z-net>z-prod", "Flows from Internet to Production"],
  ["z-prod>z-prod", "Flows within Production"],
  ["@>z-prod", "Flows from no zone to Production, waiting for answers"],
  [">", "Flows within no zone"],
])("the row %s is called %s", (cause, title) => {
  expect(rowTitle(cause, sampleDocument(), sampleCatalog())).toBe(title);
});

test("a flow without a name is called by its ends", () => {
  expect(elementName(sampleDocument(), "f-2")).toBe("Model to API");
});

test("a zone's new name stands in the titles of its rows at once", () => {
  const cause = "z-net>z-prod";
  const cause_title = "Flows from Internet to Production";
  const finding = sampleFinding("sniffing@f-1", "high", { cause, cause_title });
  const editor = sampleEditor("editor", [finding]);
  show(editor, createElement(FindingsPanel));
  expect(screen.getByText(cause_title)).toBeTruthy();
  act(() => void editor.session.edit([{ kind: "zone", id: "z-net", set: { name: "Outside" } }]));
  expect(screen.getByText("Flows from Outside to Production")).toBeTruthy();
});
