import { cleanup, fireEvent, screen } from "@testing-library/react";
import { afterEach, expect, test } from "vitest";
import { SidePanel } from "./inspector/SidePanel";
import { Keyboard } from "./keyboard";
import { Palette } from "./palette/Palette";
import { sampleEditor, show } from "./testing/editor";

afterEach(cleanup);

function open() {
  const editor = sampleEditor();
  show(
    editor,
    <>
      <a href="#editor" data-skip="panels">
        Past all
      </a>
      <Keyboard />
      <Palette />
      <SidePanel />
    </>,
  );
  return editor;
}

const search = () => screen.getByRole("searchbox");
const tab = () => screen.getByRole("tab", { selected: true });
const at = () => document.activeElement;

function press(shiftKey = false): boolean {
  return fireEvent.keyDown(at() ?? document.body, { key: "F6", shiftKey });
}

test("F6 goes from part to part and around, also out of a field", () => {
  open();
  expect(press()).toBe(false);
  expect(at()).toBe(search());
  press();
  expect(at()).toBe(tab());
  press();
  expect(at()?.closest("[role=tabpanel]")).not.toBeNull();
  press();
  expect(at()).toBe(search());
});

test("with Shift it goes back, to where one stood", () => {
  open();
  const stood = screen.getByLabelText("Owner");
  stood.focus();
  press(true);
  expect(at()).toBe(tab());
  press(true);
  expect(at()).toBe(search());
  press(true);
  expect(at()).toBe(stood);
});

test("a dialog keeps the focus", () => {
  const editor = open();
  editor.view.set({ dialog: "shortcuts" });
  search().focus();
  expect(press()).toBe(true);
  expect(at()).toBe(search());
});

test("a link at the head of the page leads to the panels", () => {
  open();
  expect(fireEvent.click(screen.getByRole("link", { name: "Past all" }))).toBe(false);
  expect(at()).toBe(tab());
});
