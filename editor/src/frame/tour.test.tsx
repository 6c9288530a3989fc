import { cleanup, fireEvent, screen } from "@testing-library/react";
import { afterEach, beforeEach, expect, test } from "vitest";
import { useView } from "../editor";
import { sampleEditor, show } from "../testing/editor";
import Tour from "./Tour";
import { isShownAround, tourSeen } from "./tour";

beforeEach(() => window.localStorage.clear());
afterEach(cleanup);

function Shown() {
  const step = useView((view) => view.tour);
  return step === null ? null : <Tour step={step} />;
}

function open(step: number) {
  const editor = sampleEditor();
  editor.view.set({ tour: step });
  show(editor, <Shown />);
  return editor;
}

test("it goes on, back and to its end, and is remembered as seen", () => {
  const editor = open(3);
  fireEvent.click(screen.getByRole("button", { name: "Next" }));
  expect(screen.getByRole("status").textContent).toContain("5 of 5");
  fireEvent.click(screen.getByRole("button", { name: "Back" }));
  expect(editor.view.get().tour).toBe(3);
  expect(tourSeen()).toBe(false);
  fireEvent.click(screen.getByRole("button", { name: "Next" }));
  fireEvent.click(screen.getByRole("button", { name: "Done" }));
  expect(editor.view.get().tour).toBeNull();
  expect(tourSeen()).toBe(true);
});

test("Esc skips it and reaches nothing else", () => {
  const editor = open(0);
  fireEvent.keyDown(screen.getByRole("button", { name: "Next" }), { key: "Escape" });
  expect(editor.view.get().tour).toBeNull();
  expect(tourSeen()).toBe(true);
});

test("guests, viewers and a room in a workshop are not shown around", () => {
  expect(isShownAround("editor", false)).toBe(true);
  expect(isShownAround("editor", true)).toBe(false);
  expect(isShownAround("guest", false)).toBe(false);
  expect(isShownAround("viewer", false)).toBe(false);
});
