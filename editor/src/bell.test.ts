import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { look } from "./bell";

let bell: HTMLElement;

function answers(body: unknown, more: Partial<Response> = {}): void {
  const answer = { ok: true, redirected: false, json: () => Promise.resolve(body), ...more };
  vi.stubGlobal("fetch", vi.fn(() => Promise.resolve(answer)));
}

function count(): HTMLElement {
  return bell.querySelector<HTMLElement>(".bell-count")!;
}

function words(): string {
  return bell.querySelector("[data-bell-words]")!.textContent ?? "";
}

beforeEach(() => {
  document.body.innerHTML = `
    <a data-bell="/notices/unread/"><span class="bell-count">1</span><span data-bell-words>1 unread notice</span></a>`;
  bell = document.querySelector<HTMLElement>("[data-bell]")!;
});

afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

test.each([
  [0, true, "Notices"],
  [1, false, "1 unread notice"],
  [12, false, "12 unread notices"],
])("%d unread are counted and said in words", async (unread, hidden, said) => {
  answers({ unread });
  await look(bell);
  expect(fetch).toHaveBeenCalledWith("/notices/unread/", expect.anything());
  expect([count().textContent, count().hidden, words()]).toEqual([String(unread), hidden, said]);
});

test("nobody is asked while the page is out of sight", async () => {
  answers({ unread: 5 });
  vi.spyOn(document, "hidden", "get").mockReturnValue(true);
  await look(bell);
  expect(fetch).not.toHaveBeenCalled();
});

test.each([
  ["a server that cannot", { ok: false }],
  ["a sign-in page", { redirected: true }],
])("%s changes nothing that is shown", async (_, more) => {
  answers({ unread: 9 }, more);
  await look(bell);
  expect([count().textContent, words()]).toEqual(["1", "1 unread notice"]);
});

test("a server that is away is told to who asked, and nothing that is shown changes", async () => {
  vi.stubGlobal("fetch", vi.fn(() => Promise.reject(new TypeError("gone"))));
  await expect(look(bell)).rejects.toThrow("gone");
  expect(words()).toBe("1 unread notice");
});
