import { t } from "./words/t";

/* What scrolls sideways can be reached by keys, under a name; what fits is no stop on the way. */

function nameOf(area: HTMLElement): string {
  const caption = area.querySelector("caption") ?? area.closest("section, aside")?.querySelector("h2, h3");
  return caption?.textContent?.trim() || t("Table");
}

function offer(area: HTMLElement): void {
  const scrolls = area.scrollWidth > area.clientWidth;
  if (scrolls && !area.hasAttribute("tabindex")) {
    area.tabIndex = 0;
    area.setAttribute("role", "group");
    area.setAttribute("aria-label", t("{name}, scrolls sideways", { name: nameOf(area) }));
    area.dataset.reached = "";
  } else if (!scrolls && area.dataset.reached !== undefined) {
    for (const name of ["tabindex", "role", "aria-label", "data-reached"]) area.removeAttribute(name);
  }
}

const sizes = new ResizeObserver((changes) => {
  for (const change of changes) offer(change.target as HTMLElement);
});
for (const area of document.querySelectorAll<HTMLElement>(".scroll, .chart")) sizes.observe(area);
