import { cleanup, fireEvent, screen } from "@testing-library/react";
import { afterEach, expect, test } from "vitest";
import { sampleEditor, show } from "../testing/editor";
import { Palette } from "./Palette";

afterEach(cleanup);

test("search narrows the palette by words of name and id", () => {
  show(sampleEditor(), <Palette />);
  fireEvent.change(screen.getByRole("searchbox"), { target: { value: "llm" } });
  expect(screen.getByText("LLM endpoint")).toBeTruthy();
  expect(screen.queryByText("Data set")).toBeNull();
});

test("Enter adds what is called so before what is merely described so", () => {
  show(sampleEditor(), <Palette />);
  fireEvent.change(screen.getByRole("searchbox"), { target: { value: "data" } });
  const [first, second] = screen.getAllByRole("button");
  expect(first?.textContent).toContain("Data set");
  expect(first?.className).toContain("palette-next");
  expect(second?.textContent).toContain("Internet");
});

test("the list is one stop of Tab, which the arrows walk from the search and back", () => {
  show(sampleEditor(), <Palette />);
  const search = screen.getByRole("searchbox");
  const press = (key: string) => fireEvent.keyDown(document.activeElement ?? search, { key });
  search.focus();
  press("ArrowDown");
  expect(document.activeElement?.textContent).toContain("Data set");
  press("ArrowDown");
  expect(document.activeElement?.textContent).toContain("External user");
  const stops = screen.getAllByRole("button").filter((one) => one.tabIndex === 0);
  expect(stops.map((one) => one.textContent)).toEqual(["External user", "Quick start from text"]);
  press("ArrowUp");
  press("ArrowUp");
  expect(document.activeElement).toBe(search);
});

test.each([
  ["Scoring API", "Inference endpoint"],
  ["flux capacitor", "Other"],
  ["strangers", "Other"],
])("what nothing is called is offered under its own name first: %s", (typed, type) => {
  show(sampleEditor(), <Palette />);
  fireEvent.change(screen.getByRole("searchbox"), { target: { value: typed } });
  const [first] = screen.getAllByRole("button");
  expect(first?.className).toContain("palette-next");
  expect(first?.textContent).toBe(`${typed}${type}`);
});

test("a type that the workspace added is marked", () => {
  show(sampleEditor(), <Palette />);
  expect(screen.getByRole("button", { name: /Smart meter own/ })).toBeTruthy();
  expect(screen.queryByRole("button", { name: /Data set own/ })).toBeNull();
});

test("who may only look cannot add", () => {
  show(sampleEditor("viewer"), <Palette />);
  const buttons = screen.getAllByRole<HTMLButtonElement>("button");
  expect(buttons.length).toBeGreaterThan(5);
  expect(buttons.every((button) => button.disabled)).toBe(true);
});
