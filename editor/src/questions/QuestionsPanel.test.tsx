import { cleanup, fireEvent, screen } from "@testing-library/react";
import { afterEach, expect, test } from "vitest";
import { sampleEditor, show } from "../testing/editor";
import { sampleFinding } from "../testing/finding";
import QuestionsPanel from "./QuestionsPanel";

afterEach(cleanup);

const asking = (attribute: string, element = "c-api") =>
  ({ element, attribute, text: `API: ${attribute}?`, kind: "boolean", choices: [] }) as const;

const FINDINGS = [
  sampleFinding("theft@c-api", "high", {
    applies: "conditional",
    questions: [asking("returns_scores"), asking("rate_limited")],
  }),
  sampleFinding("evasion@c-api", "low", { questions: [asking("returns_scores")] }),
];

const press = (key: string) => fireEvent.keyDown(document.body, { key });
const attributes = (editor: ReturnType<typeof sampleEditor>) =>
  editor.session.store.get().doc.component.get("c-api")?.attributes;

test("a digit answers as one edit, the next question follows, and undo asks again", () => {
  const editor = sampleEditor("editor", FINDINGS);
  show(editor, <QuestionsPanel />);
  expect(screen.getByRole("heading", { level: 3 }).textContent).toBe("API: returns_scores?");
  expect(screen.getByText("1 of 2")).toBeTruthy();
  press("2");
  expect(attributes(editor)).toEqual({ returns_scores: false });
  expect(editor.session.store.get().unsaved).toBe(1);
  expect(screen.getByText("API: rate_limited?")).toBeTruthy();
  expect(screen.getByText("2 of 2")).toBeTruthy();
});

test("it says what an answer would settle and lights what it is about", () => {
  const editor = sampleEditor("editor", FINDINGS);
  const { container, unmount } = show(editor, <QuestionsPanel />);
  expect(container.querySelector(".stake")?.textContent).toBe(
    "2 findings wait for it; 1 of them may not apply at all. Their risk: low to high",
  );
  expect([...(editor.view.get().spot ?? [])]).toEqual(["c-api"]);
  unmount();
  expect(editor.view.get().spot).toBeNull();
});

test("U is no edit: what nobody knows is listed at the end and can be asked again", () => {
  const editor = sampleEditor("editor", FINDINGS);
  show(editor, <QuestionsPanel />);
  press("u");
  press("u");
  expect(editor.session.store.get().unsaved).toBe(0);
  expect(screen.getByText("Nobody here knew 2; take them to somebody who does:")).toBeTruthy();
  fireEvent.click(screen.getByText("Ask them again"));
  expect(screen.getByText("API: returns_scores?")).toBeTruthy();
});

test("arrows put off and go back; the answer that was given is marked and can be changed", () => {
  const editor = sampleEditor("editor", FINDINGS);
  show(editor, <QuestionsPanel />);
  press("1");
  press("ArrowLeft");
  expect(screen.getByText("API: returns_scores?")).toBeTruthy();
  expect(screen.getByRole("button", { name: "Yes" }).getAttribute("aria-pressed")).toBe("true");
  press("2");
  expect(attributes(editor)).toEqual({ returns_scores: false });
  expect(screen.getByText("API: rate_limited?")).toBeTruthy();
});

test("keys are left to whoever types, and to those who may only look", () => {
  const editor = sampleEditor("viewer", FINDINGS);
  show(editor, <QuestionsPanel />);
  press("1");
  expect(attributes(editor)).toEqual({});
  expect(screen.getByRole<HTMLButtonElement>("button", { name: "Yes" }).disabled).toBe(true);
});

test("with nothing to ask it says when questions come", () => {
  show(sampleEditor(), <QuestionsPanel />);
  expect(screen.getByText("Nothing is waiting for an answer.")).toBeTruthy();
});
