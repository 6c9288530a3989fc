import { many, t } from "./words/t";

/* The bell asks now and then what is unread, while somebody looks at the page. */

const PAUSE_MS = 20_000;

function show(bell: HTMLElement, unread: number): void {
  const count = bell.querySelector<HTMLElement>(".bell-count");
  const words = bell.querySelector<HTMLElement>("[data-bell-words]");
  if (count) {
    count.textContent = String(unread);
    count.hidden = unread === 0;
  }
  const said = many(unread, "{n} unread notice", "{n} unread notices");
  if (words) words.textContent = unread ? said : t("Notices");
}

export async function look(bell: HTMLElement): Promise<void> {
  if (document.hidden) return;
  const answer = await fetch(bell.dataset.bell ?? "", { headers: { accept: "application/json" } });
  if (!answer.ok || answer.redirected) return;
  const { unread } = (await answer.json()) as { unread: number };
  show(bell, unread);
}

const bell = document.querySelector<HTMLElement>("[data-bell]");
if (bell) {
  const again = () => void look(bell).catch(() => undefined); // the server may be away for a while
  setInterval(again, PAUSE_MS);
  document.addEventListener("visibilitychange", again);
}
