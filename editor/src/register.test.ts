import { expect, test, vi } from "vitest";

vi.stubGlobal("ResizeObserver", class { observe = () => undefined; });
vi.stubGlobal("matchMedia", () => ({ matches: false, addEventListener: () => undefined }));

test("ticking all of a view says how many are decided about, and promises no single entry", async () => {
  document.body.innerHTML = `<div data-list>
    <input type="checkbox" name="finding"><input type="checkbox" name="finding"></div>
    <form data-bulk><strong data-count></strong><span data-entries>in one entry</span>
    <input type="checkbox" name="all" value="305"></form>`;
  await import("./register");
  const said = document.querySelector("[data-count]")!;
  const entries = document.querySelector<HTMLElement>("[data-entries]")!;
  const [first] = document.querySelectorAll<HTMLInputElement>("[name=finding]");
  const all = document.querySelector<HTMLInputElement>("[name=all]")!;
  first!.click();
  expect([said.textContent, entries.hidden]).toEqual(["Decide about 1 finding", false]);
  const bar = document.querySelector<HTMLElement>("[data-bulk]")!;
  Object.defineProperty(bar, "offsetHeight", { value: 171 });
  bar.style.position = "sticky";
  all.click();
  expect(document.documentElement.style.scrollPaddingBottom, "rows stay above it").toBe("171px");
  expect([said.textContent, entries.hidden]).toEqual(["Decide about 305 findings", true]);
  all.click();
  expect([said.textContent, entries.hidden]).toEqual(["Decide about 1 finding", false]);
});
