import { cleanup, fireEvent, screen, waitFor, within } from "@testing-library/react";
import { afterEach, expect, test } from "vitest";
import { select } from "../editor";
import { sampleEditor, show } from "../testing/editor";
import { sampleFinding } from "../testing/finding";
import { SidePanel } from "./SidePanel";

afterEach(cleanup);

const question = {
  element: "c-api",
  attribute: "returns_scores",
  text: "API: does it return scores?",
  kind: "boolean",
  choices: [],
} as const;

const FINDINGS = [
  sampleFinding("evasion@c-api", "moderate"),
  sampleFinding("evasion@c-model", "high"),
  sampleFinding("theft@c-api", "low", {
    applies: "conditional",
    questions: [question],
    cause: "@c-api",
    cause_title: "c-api, waiting for answers",
  }),
];

test("a component's facts come from the catalog, and an answer is an edit", () => {
  const editor = sampleEditor();
  select(editor, ["c-api"]);
  show(editor, <SidePanel />);
  const fact = screen.getByRole("radiogroup", { name: "Does it return scores?" });
  fireEvent.click(within(fact).getByLabelText("Yes"));
  expect(editor.session.store.get().doc.component.get("c-api")?.attributes).toEqual({
    returns_scores: true,
  });
});

test("a question is answered where it is asked, without selecting anything", () => {
  const editor = sampleEditor("editor", FINDINGS);
  show(editor, <SidePanel />);
  expect(screen.getByText("Anything finer than the decision.")).toBeTruthy();
  const asked = screen.getByRole("radiogroup", { name: question.text });
  fireEvent.click(within(asked).getByLabelText("No"));
  expect(editor.session.store.get().doc.component.get("c-api")?.attributes).toEqual({
    returns_scores: false,
  });
});

test("findings read by where they come from, what waits last; a row opens into them", async () => {
  const editor = sampleEditor("editor", FINDINGS);
  editor.view.set({ panel: "findings" });
  const { container } = show(editor, <SidePanel />);
  const rows = [...container.querySelectorAll(".finding-group")];
  expect(rows.map((row) => row.querySelector("summary")?.textContent)).toEqual([
    "Outsider at Model1",
    "Outsider at API1",
    "API, waiting for answers1",
  ]);
  expect(rows[0]?.querySelector(".finding-name")?.textContent).toBe("evasion on Model");
  expect(rows[1]?.querySelector(".finding-name")).toBeNull();
  fireEvent.click(screen.getByText("Outsider at API"));
  await waitFor(() =>
    expect(rows[1]?.querySelector(".finding-name")?.textContent).toBe("evasion on API"),
  );
});

test("by threat the worst come first, and what waits is not among them", () => {
  const editor = sampleEditor("editor", FINDINGS);
  editor.view.set({ panel: "findings" });
  const { container } = show(editor, <SidePanel />);
  fireEvent.change(screen.getByLabelText("Group by"), { target: { value: "threat" } });
  const groups = [...container.querySelectorAll(".finding-group")];
  expect(groups).toHaveLength(1);
  expect(
    [...(groups[0]?.querySelectorAll(".finding-name") ?? [])].map((one) => one.textContent),
  ).toEqual(["Model", "API"]);
});

test("a finding selects its element, and its arrow leads to its own page", () => {
  const editor = sampleEditor("editor", FINDINGS);
  editor.view.set({ panel: "findings", grouping: "threat" });
  show(editor, <SidePanel />);
  fireEvent.click(screen.getByText("Model"));
  expect([...editor.view.get().selection]).toEqual(["c-model"]);
  expect(
    screen.getByLabelText<HTMLAnchorElement>("Open evasion on Model").getAttribute("href"),
  ).toBe("/findings/evasion%40c-model/");
});

test("a new asset is made and named here in one edit", () => {
  const editor = sampleEditor();
  select(editor, ["c-model"]);
  show(editor, <SidePanel />);
  fireEvent.click(screen.getByText("New asset"));
  const field = screen.getByLabelText("Name of the new asset");
  fireEvent.focus(field);
  fireEvent.change(field, { target: { value: "Weights" } });
  fireEvent.blur(field);
  const { doc } = editor.session.store.get();
  const [held] = doc.component.get("c-model")?.assets ?? [];
  expect(doc.asset.get(held ?? "")?.name).toBe("Weights");
  expect(editor.session.store.get().unsaved).toBe(1);
});

test("who may only look can change no fact", () => {
  const editor = sampleEditor("viewer");
  select(editor, ["c-api"]);
  const { container } = show(editor, <SidePanel />);
  const fields = [...container.querySelectorAll<HTMLInputElement>("input, select, textarea")];
  expect(fields.length).toBeGreaterThan(5);
  expect(fields.every((field) => field.disabled)).toBe(true);
  expect(screen.queryByText("Remove")).toBeNull();
});
