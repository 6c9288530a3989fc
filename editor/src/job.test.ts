import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { ended, follow, type Job, told, working } from "./job";

const RUNNING: Job = { state: "running", progress: 0.5, message: "20 of 40 queries" };

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

beforeEach(() => vi.useFakeTimers());

test.each<[Partial<Job>, string]>([
  [{}, "20 of 40 queries"],
  [{ left_s: 41.6 }, "20 of 40 queries, about 42 s left"],
  [{ left_s: 0.2 }, "20 of 40 queries, about 1 s left"],
  [{ left_s: 600 }, "20 of 40 queries, about 10 min left"],
  [{ left_s: null }, "20 of 40 queries"],
  [{ state: "queued", message: "", ahead: 3 }, "Waiting for a worker, 3 ahead"],
  [{ state: "timed_out", message: "" }, "Out of time"],
])("%j reads %s", (more, words) => expect(told({ ...RUNNING, ...more })).toBe(words));

test("a row follows its job through a server that is away for a moment, until its end", async () => {
  document.body.innerHTML = `<p data-job="/j/"><progress></progress><span data-job-state></span></p>`;
  const row = document.querySelector<HTMLElement>("[data-job]")!;
  const answers = [
    { ok: true, json: () => Promise.resolve(RUNNING) },
    { ok: false },
    { ok: true, json: () => Promise.resolve({ state: "succeeded", progress: 1, message: "" }) },
  ];
  const asked = vi.fn(() => Promise.resolve(answers.shift()));
  vi.stubGlobal("fetch", asked);
  const ended = follow(row);
  await vi.advanceTimersByTimeAsync(600);
  expect(row.textContent).toBe("20 of 40 queries");
  expect(row.querySelector("progress")!.value).toBe(0.5);
  await vi.advanceTimersByTimeAsync(5000);
  await ended;
  expect(asked).toHaveBeenCalledTimes(3);
  expect(row.textContent).toBe("Done");
});

test("a row that stays says how it ended, without a bar", () => {
  document.body.innerHTML = `<p><a href="/r/">Run</a><progress></progress><span>3 of 9 fell</span></p>`;
  ended(document.querySelector("p")!);
  expect(document.body.textContent).toBe("Run3 of 9 fell");
  expect(document.querySelector("progress")).toBeNull();
});

test("a form says once what the server is at, if it has words for it", () => {
  document.body.innerHTML = `<form data-working="Reading the file"></form><form></form>`;
  const [form, quiet] = [...document.querySelectorAll("form")] as [HTMLFormElement, HTMLFormElement];
  working(form);
  working(form);
  working(quiet);
  expect(form.querySelectorAll("[role=status]")).toHaveLength(1);
  expect(form.textContent).toBe(" Reading the file");
  expect(quiet.children).toHaveLength(0);
});
