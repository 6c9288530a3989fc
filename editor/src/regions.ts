import { flushSync } from "react-dom";
import type { Editor } from "./editor";

/* F6 goes from part to part of the window, as in programs of the desktop. */

/** The parts, in the order that the page has them; what stands within another is left out of it. */
const REGIONS = [
  ".topbar",
  ".system-head",
  ".palette",
  ".workshop-bar",
  ".canvas",
  ".tools",
  ".outline",
  ".scrubber",
  ".side",
  ".side-body",
].join(", ");

const STOPS = "a[href], button, input, select, textarea, summary, [tabindex]";

/** Where one comes into the drawing: at what is selected, else at the first thing in sight. */
const DOORS: readonly string[] = [
  ".canvas .selected[tabindex]",
  ".canvas .react-flow__node[tabindex]",
];

/** Where somebody stood in a part when they left it. */
const left = new WeakMap<Element, HTMLElement>();

const regionOf = (element: Element | null): Element | null => element?.closest(REGIONS) ?? null;

function took(element: HTMLElement): boolean {
  element.focus();
  return document.activeElement === element;
}

/** Where the focus could go in a part, the best first. What is hidden does not take it. */
function stops(region: Element): HTMLElement[] {
  const before = left.get(region);
  const doors = region.matches(".canvas") ? DOORS : [STOPS];
  const found = doors.flatMap((door) => [...region.querySelectorAll<HTMLElement>(door)]);
  const all = [...(before?.isConnected ? [before] : []), ...found];
  return all.filter((one) => one.tabIndex >= 0 && regionOf(one) === region);
}

/** Gives whether the focus is in it now: a part that is not shown takes none. */
function enter(region: HTMLElement): boolean {
  if (stops(region).some(took)) return true;
  if (!region.hasAttribute("tabindex")) region.tabIndex = -1;
  return took(region);
}

/** To the next part that is shown, or the one before; from the last on to the first. */
export function goAround(by: 1 | -1): boolean {
  const regions = [...document.querySelectorAll<HTMLElement>(REGIONS)];
  const active = document.activeElement;
  const here = regionOf(active);
  if (here && active instanceof HTMLElement) left.set(here, active);
  const at = regions.findIndex((one) => one === here);
  const onward = [...regions.slice(at + 1), ...regions.slice(0, Math.max(at, 0))];
  const back = [...regions.slice(0, Math.max(at, 0)).reverse(), ...regions.slice(at + 1).reverse()];
  return (by > 0 ? onward : back).some(enter);
}

const place = (part: string | undefined): HTMLElement | null =>
  document.querySelector(part === "panels" ? ".side" : ".canvas");

/** The links at the head of the page that lead past everything else. */
export function skip(editor: Editor, event: MouseEvent): void {
  const link = event.target instanceof Element && event.target.closest<HTMLElement>("[data-skip]");
  if (!link) return;
  const { skip: part } = link.dataset;
  if (part === "panels" && !place(part)) flushSync(() => editor.view.set({ panels: true }));
  const region = place(part);
  // Where it is not there yet, the link leads to the editor as such.
  if (region && enter(region)) event.preventDefault();
}
