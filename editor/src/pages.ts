/* Small behaviours of the server-rendered pages. Every page works without them. */
import "@fontsource-variable/inter";
import "./styles/tokens.css";
import "./styles/pages/base.css";
import "./styles/pages/frame.css";
import "./styles/pages/surfaces.css";
import "./styles/pages/controls.css";
import "./styles/pages/tables.css";
import "./styles/pages/findings.css";
import "./styles/pages/screens.css";
import "./styles/pages/coverage.css";
import "./styles/pages/blueprints.css";
import "./styles/pages/history.css";
import "./styles/pages/publisher.css";
import "./styles/pages/plan.css";
import "./styles/pages/register.css";
import "./styles/pages/picture.css";
import "./styles/pages/tests.css";
import "./styles/pages/mitigations.css";
import "./styles/pages/notices.css";
import "./costs";
import "./bell";
import "./board";
import "./fold";
import "./register";
import "./reach";
import "./refused";
import { filters } from "./filters";
import { ended, follow, working } from "./job";

function typing(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.matches("input, textarea, select, [contenteditable]");
}

function openMenus(): HTMLDetailsElement[] {
  return [...document.querySelectorAll<HTMLDetailsElement>("details.menu[open]")];
}

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") {
    for (const menu of openMenus()) {
      menu.open = false;
      menu.querySelector("summary")?.focus();
    }
    return;
  }
  if (typing(event.target) || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "/") {
    const search = document.querySelector<HTMLInputElement>("[data-search]");
    if (search) {
      event.preventDefault();
      search.focus();
      search.select();
    }
  }
  if (event.key === "?") document.querySelector<HTMLDialogElement>("#shortcuts")?.showModal();
});

document.addEventListener("click", (event) => {
  const target = event.target instanceof Element ? event.target : null;
  for (const menu of openMenus()) if (!menu.contains(target)) menu.open = false;
  const opener = target?.closest<HTMLElement>("[data-dialog]");
  if (opener) document.querySelector<HTMLDialogElement>(`#${opener.dataset.dialog}`)?.showModal();
  if (target?.closest("[data-close]")) target.closest("dialog")?.close();
  const theme = target?.closest<HTMLElement>("[data-set-theme]")?.dataset.setTheme;
  if (theme !== undefined) setTheme(theme);
  const copied = target?.closest<HTMLElement>("[data-copy]");
  if (copied) void navigator.clipboard.writeText(copied.dataset.copy ?? "");
});

/* The server reads the cookie, so that a page never flashes in the other theme. */
function setTheme(theme: string): void {
  if (theme) document.documentElement.dataset.theme = theme;
  else delete document.documentElement.dataset.theme;
  const age = theme ? 31_536_000 : 0;
  document.cookie = `theme=${theme}; path=/; max-age=${age}; samesite=lax`;
}

/* Filters apply as they are chosen; typing waits for Enter. What is entered, too, but an empty
   value is then an answer, and each row of a list has a form of its own. */
for (const form of document.querySelectorAll<HTMLFormElement>("form[data-auto]")) {
  if (form.method === "get") filters(form);
  else form.addEventListener("change", () => form.requestSubmit());
}

/* Where each choice reads the page again, people go on from where they were. */
const basket = document.querySelector<HTMLFormElement>("form[data-keep]");
if (basket) {
  const [value, top] = sessionStorage.getItem("basket")?.split(" ") ?? [];
  sessionStorage.removeItem("basket");
  const box = value && basket.querySelector<HTMLElement>(`[value="${CSS.escape(value)}"]`);
  if (box) {
    box.focus({ preventScroll: true });
    window.scrollTo(0, Number(top));
  }
  basket.addEventListener("submit", () => {
    const at = document.activeElement;
    const chosen = at instanceof HTMLInputElement ? at.value : "";
    sessionStorage.setItem("basket", `${chosen} ${window.scrollY}`);
  });
}

/* Of many tabs the one where one is stands in sight, however narrow the window. */
for (const tab of document.querySelectorAll<HTMLElement>(".tabs [aria-current]")) {
  const row = tab.parentElement;
  if (row) row.scrollLeft = tab.offsetLeft - row.offsetLeft - (row.clientWidth - tab.offsetWidth) / 2;
}

/* A form is sent once, however often its button is pressed. */
document.addEventListener("submit", (event) => {
  const form = event.target as HTMLFormElement;
  if (form.method !== "post" || event.defaultPrevented) return;
  working(form);
  setTimeout(() => {
    for (const button of form.querySelectorAll<HTMLButtonElement>("button:not([type=button])")) {
      button.disabled = true;
    }
  });
});

/* Back from the browser's memory: what was disabled on leaving works again. */
window.addEventListener("pageshow", (event) => {
  if (event.persisted) location.reload();
});

/* What went well is said for a while; what did not stays until the page is left. */
for (const said of document.querySelectorAll<HTMLElement>(".messages .notice:not(.error)")) {
  setTimeout(() => said.remove(), 6000);
}

/* A file dropped anywhere on the page is imported. */
const drop = document.querySelector<HTMLFormElement>("form[data-drop]");
if (drop) {
  const input = drop.querySelector<HTMLInputElement>("input[type=file]");
  document.addEventListener("dragover", (event) => {
    event.preventDefault();
    drop.dataset.over = "";
  });
  document.addEventListener("dragleave", () => delete drop.dataset.over);
  document.addEventListener("drop", (event) => {
    event.preventDefault();
    delete drop.dataset.over;
    if (!input || !event.dataTransfer?.files.length) return;
    input.files = event.dataTransfer.files;
    drop.requestSubmit();
  });
}

/* Nothing that somebody types into a dialog is lost: the page is read again once it is closed. */
function readAgain(): void {
  const open = document.querySelector("dialog[open]");
  if (open) open.addEventListener("close", readAgain, { once: true });
  else location.reload();
}

/* Jobs: the row follows its state, and the page is read again once it has ended, unless it is
   only told of there: others' work shall not take the page away from under somebody's hands. */
for (const row of document.querySelectorAll<HTMLElement>("[data-job]")) {
  const then = row.dataset.jobStays === undefined ? readAgain : () => ended(row);
  follow(row).then(then, () => setTimeout(readAgain, 5000));
}
