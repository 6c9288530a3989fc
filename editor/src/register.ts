import { isNarrow } from "./narrow";
import { digits, many, t } from "./words/t";

/* Comforts of a register: walk its rows by keyboard, tick a run of them, see how many are ticked. */

const list = document.querySelector<HTMLElement>("[data-list]");

/* Rows in groups that are closed cannot be walked to. */
function rows(): HTMLElement[] {
  const found = [...document.querySelectorAll<HTMLElement>("[data-row]")];
  return found.filter((row) => row.getClientRects().length > 0);
}

function title(row: HTMLElement | undefined): HTMLElement | null {
  return row?.querySelector<HTMLElement>(".row-title") ?? null;
}

function current(): HTMLElement | null {
  return document.activeElement?.closest<HTMLElement>("[data-row]") ?? null;
}

function step(by: number): void {
  const all = rows();
  const here = current();
  const at = here ? all.indexOf(here) + by : by > 0 ? 0 : all.length - 1;
  title(all[Math.max(0, Math.min(at, all.length - 1))])?.focus();
}

const STEPS: Record<string, number> = { j: 1, ArrowDown: 1, k: -1, ArrowUp: -1 };

function typing(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    target.matches("input:not([type=checkbox]), textarea, select, [contenteditable]")
  );
}

function onKey(event: KeyboardEvent): void {
  if (typing(event.target) || event.ctrlKey || event.metaKey || event.altKey) return;
  if (document.querySelector("dialog[open]")) return;
  const by = STEPS[event.key];
  const arrow = event.key.startsWith("Arrow");
  if (by !== undefined && (!arrow || current())) {
    event.preventDefault();
    step(by);
    return;
  }
  const row = current();
  const box = row?.querySelector<HTMLInputElement>("input[name=finding]");
  if ((event.key === "x" || (event.key === " " && document.activeElement !== box)) && box) {
    event.preventDefault();
    box.click();
  }
  if (event.key === "o" && row) title(row)?.click();
  if (event.key === "d" && document.querySelector("input[name=finding]:checked")) {
    event.preventDefault();
    document.querySelector<HTMLElement>("[data-bulk] select")?.focus();
  }
}

/* The bar of decisions comes along below: what the keys walk to stays above it. */
function keepClear(bar: HTMLElement): void {
  const clear = (): void => {
    const along = getComputedStyle(bar).position === "sticky";
    document.documentElement.style.scrollPaddingBottom = along ? `${bar.offsetHeight}px` : "";
  };
  new ResizeObserver(clear).observe(bar);
  document.addEventListener("change", clear);
}

/* Shift and a click ticks everything from the last one ticked. */
function onTick(boxes: HTMLInputElement[]): void {
  const said = document.querySelector<HTMLElement>("[data-bulk] [data-count]");
  const entries = document.querySelector<HTMLElement>("[data-bulk] [data-entries]");
  const all = document.querySelector<HTMLInputElement>("[data-bulk] input[name=all]");
  let last: HTMLInputElement | null = null;
  const count = (): void => {
    const ticked = all?.checked ? Number(all.value) : boxes.filter((box) => box.checked).length;
    if (entries) entries.hidden = all?.checked ?? false;
    if (said) {
      said.textContent = ticked
        ? many(ticked, "Decide about {n} finding", "Decide about {n} findings", { n: digits(ticked) })
        : t("Decide about the chosen findings");
    }
  };
  for (const box of boxes) {
    box.addEventListener("click", (event) => {
      if (event.shiftKey && last) {
        const ends = [boxes.indexOf(last), boxes.indexOf(box)].sort((one, other) => one - other);
        for (const each of boxes.slice(ends[0], (ends[1] ?? 0) + 1)) each.checked = box.checked;
      }
      last = box;
      count();
    });
  }
  all?.addEventListener("change", count);
  count();
}

/* What many elements have in common reads as one row, which opens. */
function fold(group: HTMLTableSectionElement): void {
  const head = group.querySelector<HTMLElement>(".group-row th");
  const inside = [...group.rows].slice(1);
  if (!head) return;
  const button = document.createElement("button");
  button.type = "button";
  const name = head.querySelector(".group-title")?.textContent ?? "";
  button.setAttribute("aria-label", t("Rows of {group}", { group: name }));
  const show = (open: boolean): void => {
    button.setAttribute("aria-expanded", String(open));
    for (const row of inside) row.hidden = !open;
  };
  head.prepend(button);
  const named = inside.map((row) => row.querySelector(".row-title")?.textContent ?? "");
  const words = document.createElement("span");
  words.className = "meta";
  words.textContent = named.filter(Boolean).slice(0, 3).join(", ") + (named.length > 3 ? " …" : "");
  head.append(words);
  head.addEventListener("click", () => show(button.getAttribute("aria-expanded") !== "true"));
  show(false);
}

/* On a telephone the list comes first: what stands over it is folded, unless it is in use. */
function foldAbove(page: HTMLElement): void {
  page.querySelector<HTMLDetailsElement>(".lints")?.removeAttribute("open");
  const picture = page.querySelector(":scope > .overview, :scope > .heat");
  if (!picture) return;
  const folded = document.createElement("details");
  const summary = document.createElement("summary");
  summary.textContent = picture.querySelector("#heat-title")?.textContent ?? "";
  folded.className = "picture";
  folded.open = picture.querySelector("td[aria-current]") !== null;
  picture.replaceWith(folded);
  folded.append(summary, picture);
}

if (list) {
  if (isNarrow()) foldAbove(list);
  for (const group of list.querySelectorAll<HTMLTableSectionElement>("[data-group]")) fold(group);
  document.addEventListener("keydown", onKey);
  const bar = document.querySelector<HTMLElement>("[data-bulk]");
  if (bar) keepClear(bar);
  onTick([...list.querySelectorAll<HTMLInputElement>("input[name=finding]")]);
}
