/* The board of mitigations: a card is dropped on a state. Its buttons do the same without us. */

const PLACE = "board";

function moved(card: HTMLElement, status: string): void {
  const form = card.querySelector<HTMLFormElement>("form");
  if (!form) return;
  const field = document.createElement("input");
  field.type = "hidden";
  field.name = "status";
  field.value = status;
  form.append(field);
  form.requestSubmit();
}

/* The page is read again after a move: people go on from the card that they moved. */
function remember(board: HTMLElement, card: string): void {
  sessionStorage.setItem(PLACE, `${card} ${window.scrollY} ${board.scrollLeft}`);
}

function restore(board: HTMLElement): void {
  const [card, top, left] = sessionStorage.getItem(PLACE)?.split(" ") ?? [];
  sessionStorage.removeItem(PLACE);
  if (!card) return;
  board.scrollLeft = Number(left);
  window.scrollTo(0, Number(top));
  const cards = [...board.querySelectorAll<HTMLElement>("[data-card]")];
  const found = cards.find((one) => one.dataset.card === card);
  found?.querySelector("a")?.focus({ preventScroll: true });
}

export function follow(board: HTMLElement): void {
  let dragged: HTMLElement | null = null;
  const over = (target: EventTarget | null) =>
    target instanceof Element ? target.closest<HTMLElement>("[data-status]") : null;
  const clear = () => {
    for (const column of board.querySelectorAll<HTMLElement>("[data-over]")) delete column.dataset.over;
  };
  board.addEventListener("dragstart", (event) => {
    dragged = (event.target as Element).closest<HTMLElement>("[data-card]");
    if (!dragged) return;
    dragged.dataset.dragged = "";
    event.dataTransfer?.setData("text/plain", dragged.querySelector("a")?.textContent ?? "");
  });
  board.addEventListener("dragover", (event) => {
    const column = dragged && over(event.target);
    clear();
    if (!column || column.contains(dragged)) return;
    event.preventDefault();
    column.dataset.over = "";
  });
  board.addEventListener("drop", (event) => {
    const column = dragged && over(event.target);
    clear();
    if (!dragged || !column || column.contains(dragged)) return;
    event.preventDefault();
    moved(dragged, column.dataset.status ?? "");
  });
  board.addEventListener("dragend", () => {
    if (dragged) delete dragged.dataset.dragged;
    dragged = null;
    clear();
  });
  board.addEventListener("submit", (event) => {
    const card = (event.target as Element).closest<HTMLElement>("[data-card]");
    remember(board, card?.dataset.card ?? "");
  });
  restore(board);
}

const board = document.querySelector<HTMLElement>("[data-board]");
if (board) follow(board);
