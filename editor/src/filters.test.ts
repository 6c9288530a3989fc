import { beforeEach, expect, test, vi } from "vitest";

import { filters } from "./filters";

const FORM = `<form data-auto><input name="q"><select name="level"><option value="">Any</option>
  <option value="high">High</option></select><details><summary>More</summary>
  <select name="zone"><option value="">Any</option></select></details></form>`;

function page(): HTMLFormElement {
  document.body.innerHTML = FORM;
  return document.querySelector("form")!;
}

beforeEach(() => sessionStorage.clear());

test("after a choice one goes on from the control that was chosen, as far down as one was", () => {
  const form = page();
  form.requestSubmit = vi.fn();
  filters(form);
  expect(document.activeElement).toBe(document.body);
  const level = form.querySelector<HTMLSelectElement>("[name=level]")!;
  vi.stubGlobal("scrollY", 340);
  level.dispatchEvent(new Event("change", { bubbles: true }));
  expect(form.requestSubmit).toHaveBeenCalledOnce();

  const again = page();
  window.scrollTo = vi.fn() as typeof window.scrollTo;
  filters(again);
  expect(document.activeElement).toBe(again.querySelector("[name=level]"));
  expect(window.scrollTo).toHaveBeenCalledWith(0, 340);

  const later = page();
  filters(later);
  expect(document.activeElement, "once, not on every later visit").toBe(document.body);
});

test("a filter among the further ones unfolds them, and another page's is none of ours", () => {
  sessionStorage.setItem("filters", `${location.pathname} zone 0`);
  window.scrollTo = vi.fn() as typeof window.scrollTo;
  const form = page();
  filters(form);
  expect(form.querySelector("details")!.open).toBe(true);
  sessionStorage.setItem("filters", "/elsewhere/ level 0");
  filters(page());
  expect(document.activeElement).toBe(document.body);
});

test("what is not chosen stays out of the address", () => {
  const form = page();
  filters(form);
  form.querySelector<HTMLSelectElement>("[name=level]")!.value = "high";
  const formData = new FormData(form);
  form.dispatchEvent(Object.assign(new Event("formdata"), { formData }));
  expect([...formData]).toEqual([["level", "high"]]);
});

test("what is ticked under the name of the page's own empty field stays in it", () => {
  document.body.innerHTML = `<form data-auto><input type="hidden" name="pick" value="">
    <input type="checkbox" name="pick" value="a@b" checked><input name="q"></form>`;
  const form = document.querySelector("form")!;
  filters(form);
  const formData = new FormData(form);
  form.dispatchEvent(Object.assign(new Event("formdata"), { formData }));
  expect([...formData]).toEqual([["pick", ""], ["pick", "a@b"]]);
});
