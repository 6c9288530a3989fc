import type { RunState } from "./sync/messages";
import { t } from "./words/t";

/* Long work on a page: how it stands in words, and following it until it has ended. */

/** What REST says of every job: a run, a report, a ticket that is being made. */
export type Job = {
  state: RunState;
  progress: number;
  message: string;
  ahead?: number;
  left_s?: number | null;
};

const ENDED = new Set(["succeeded", "failed", "cancelled", "timed_out"]);
const FIRST_MS = 600;
const LONGEST_MS = 3000;

function span(seconds: number): string {
  return seconds < 90
    ? t("{n} s", { n: Math.max(1, Math.round(seconds)) })
    : t("{n} min", { n: Math.round(seconds / 60) });
}

/* A page says the same of a job that waits: nothing changes under one's eyes when it is asked. */
export const STATES: Readonly<Record<RunState, string>> = {
  queued: t("Waiting for a worker"),
  running: t("Under way"),
  succeeded: t("Done"),
  failed: t("Failed"),
  cancelled: t("Cancelled"),
  timed_out: t("Out of time"),
};

export function told(job: Job): string {
  const words = job.message || STATES[job.state];
  const before = job.ahead ? t("{n} ahead", { n: job.ahead }) : "";
  const left = job.left_s ? t("about {time} left", { time: span(job.left_s) }) : "";
  return [words, before, left].filter(Boolean).join(", ");
}

/** Follow the row's job; resolves once it has ended. */
export async function follow(row: HTMLElement): Promise<void> {
  const bar = row.querySelector("progress");
  const words = row.querySelector<HTMLElement>("[data-job-state]");
  for (let wait = FIRST_MS; ; wait = Math.min(wait * 1.2, LONGEST_MS)) {
    await new Promise((resolve) => setTimeout(resolve, wait));
    const answer = await fetch(row.dataset.job ?? "", { headers: { accept: "application/json" } });
    if (!answer.ok) continue;
    const job = (await answer.json()) as Job;
    if (bar) bar.value = job.progress;
    if (words) words.textContent = told(job);
    if (ENDED.has(job.state)) return;
  }
}

/** It has ended: the row says how and keeps its link, whatever else one does on the page. */
export function ended(row: HTMLElement): void {
  row.querySelector("progress")?.remove();
}

/** What the server does while the browser waits for its answer, said beside the button. */
export function working(form: HTMLFormElement): void {
  const words = form.dataset.working;
  if (!words || form.querySelector("[data-working-said]")) return;
  const said = document.createElement("span");
  said.dataset.workingSaid = "";
  said.className = "small muted";
  said.setAttribute("role", "status");
  said.append(document.createElement("progress"), ` ${words}`);
  form.append(said);
}
