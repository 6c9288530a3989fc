import { cleanup, fireEvent, render, screen } from "@testing-library/react";
import { afterEach, expect, test, vi } from "vitest";
import type { Attribute } from "../document/catalog";
import { AttributeField, TextField } from "./fields";

afterEach(cleanup);

const attribute = (change: Partial<Attribute>): Attribute => ({
  id: "returns_scores",
  kind: "boolean",
  question: "Does it return scores?",
  help: "",
  choices: [],
  unit: "",
  ...change,
});

function draw(change: Partial<Attribute>, value?: boolean | string | number) {
  const onSet = vi.fn<(value: unknown) => void>();
  render(
    <AttributeField
      attribute={attribute(change)}
      value={value}
      implied={undefined}
      onSet={onSet}
      disabled={false}
    />,
  );
  return onSet;
}

test("a fact that nobody has stated reads unknown, and can be answered", () => {
  const onSet = draw({});
  expect(screen.getByLabelText<HTMLInputElement>("Unknown").checked).toBe(true);
  fireEvent.click(screen.getByLabelText("No"));
  expect(onSet).toHaveBeenCalledWith(false);
});

test("unknown is an answer too: it clears the fact", () => {
  const onSet = draw({}, true);
  fireEvent.click(screen.getByLabelText("Unknown"));
  expect(onSet).toHaveBeenCalledWith(null);
});

test("a long list of choices becomes a select", () => {
  const onSet = draw({ kind: "choice", choices: ["anyone", "self_signup", "customers", "staff"] });
  fireEvent.change(screen.getByRole("combobox"), { target: { value: "self_signup" } });
  expect(onSet).toHaveBeenCalledWith("self_signup");
});

test("a number is written on leaving, what is no number is not", () => {
  const onSet = draw({ kind: "number", unit: "per minute" }, 600);
  const input = screen.getByRole("textbox");
  for (const text of ["many", "60,5", ""]) {
    fireEvent.focus(input);
    fireEvent.change(input, { target: { value: text } });
    fireEvent.blur(input);
  }
  expect(onSet.mock.calls).toEqual([[60.5], [null]]);
});

test("Esc gives up what was typed", () => {
  const onCommit = vi.fn<(value: string) => void>();
  render(<TextField label="Name" value="API" onCommit={onCommit} />);
  const input = screen.getByLabelText<HTMLInputElement>("Name");
  fireEvent.focus(input);
  fireEvent.change(input, { target: { value: "Oops" } });
  fireEvent.keyDown(input, { key: "Escape" });
  fireEvent.blur(input);
  expect(onCommit).not.toHaveBeenCalled();
  expect(input.value).toBe("API");
});

test("markup is shown as text", () => {
  const onCommit = vi.fn<(value: string) => void>();
  const { container } = render(<TextField label="Name" value="<b>x</b>" onCommit={onCommit} />);
  expect(container.querySelector("b")).toBeNull();
});
