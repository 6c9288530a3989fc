import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { follow } from "./board";

const BOARD = `
  <div data-board>
    <section data-status="planned"><ul>
      <li data-card="m-1" draggable="true"><a href="#">Limit queries</a>
        <form><input type="hidden" name="version" value="3"><button name="status" value="in progress">→</button></form></li>
      <li data-card="m-2"><a href="#">Looked at only</a></li>
    </ul></section>
    <section data-status="in progress"><ul></ul></section>
  </div>`;

let sent: Record<string, FormDataEntryValue>[];

function board(): HTMLElement {
  document.body.innerHTML = BOARD;
  const found = document.querySelector<HTMLElement>("[data-board]")!;
  follow(found);
  return found;
}

function part(selector: string): HTMLElement {
  return document.querySelector<HTMLElement>(selector)!;
}

function fire(type: string, at: HTMLElement): Event {
  const event = new Event(type, { bubbles: true, cancelable: true });
  at.dispatchEvent(event);
  return event;
}

beforeEach(() => {
  sent = [];
  sessionStorage.clear();
  vi.spyOn(HTMLFormElement.prototype, "requestSubmit").mockImplementation(function (this: HTMLFormElement) {
    sent.push(Object.fromEntries(new FormData(this)));
    fire("submit", this);
  });
});

afterEach(() => vi.restoreAllMocks());

test("a card that is dropped on another state is sent there with the version that was seen", () => {
  board();
  fire("dragstart", part("[data-card=m-1] a"));
  expect(part("[data-card=m-1]").dataset.dragged).toBe("");
  const over = fire("dragover", part("[data-status='in progress'] ul"));
  expect(over.defaultPrevented).toBe(true);
  expect(part("[data-status='in progress']").dataset.over).toBe("");
  fire("drop", part("[data-status='in progress'] ul"));
  expect(sent).toEqual([{ version: "3", status: "in progress" }]);
  expect(document.querySelector("[data-over]")).toBeNull();
  fire("dragend", part("[data-card=m-1]"));
  expect(part("[data-card=m-1]").dataset.dragged).toBeUndefined();
});

test("a card that is dropped where it was, or outside, is sent nowhere", () => {
  board();
  fire("dragstart", part("[data-card=m-1]"));
  expect(fire("dragover", part("[data-status=planned] ul")).defaultPrevented).toBe(false);
  fire("drop", part("[data-status=planned] ul"));
  fire("drop", part("[data-board]"));
  expect(sent).toEqual([]);
});

test("something else that is dragged over the board moves no card", () => {
  board();
  expect(fire("dragover", part("[data-status='in progress']")).defaultPrevented).toBe(false);
  fire("drop", part("[data-status='in progress']"));
  fire("dragstart", part("[data-card=m-2]"));
  fire("drop", part("[data-status='in progress']"));
  expect(sent, "a card without a form is only looked at").toEqual([]);
});

test("after a move people go on from the card that they moved, once", () => {
  const scrolled = vi.spyOn(window, "scrollTo").mockImplementation(() => undefined);
  fire("submit", board().querySelector<HTMLElement>("form")!);
  board();
  expect(document.activeElement).toBe(part("[data-card=m-1] a"));
  expect(scrolled).toHaveBeenCalledTimes(1);
  board();
  expect(document.activeElement).toBe(document.body);
});

test("a card that is gone meanwhile leaves the page where it is", () => {
  vi.spyOn(window, "scrollTo").mockImplementation(() => undefined);
  sessionStorage.setItem("board", `m-9"] x 10 0`);
  expect(() => board()).not.toThrow();
  expect(document.activeElement).toBe(document.body);
});
