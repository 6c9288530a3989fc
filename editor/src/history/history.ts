import type { Bootstrap } from "../bootstrap";
import { readDocument } from "../document/read";
import type { Doc } from "../document/types";
import type { Api } from "../sync/api";
import { Session } from "../sync/session";
import { Store } from "../sync/store";
import { marks, NO_MARKS } from "./marks";
import type { Baseline, Difference, LogLine, Step } from "./messages";
import { CLOSED, type HistoryState } from "./state";

/** A hand that scrubs passes many revisions; only where it rests is asked for. */
const REST_MS = 120;
const MOST_STEPS = 60;
/** Lines of the log are asked for in groups of this many. */
const GROUP = 100;

/**
 * The system at an earlier time, or two times side by side.
 *
 * `session` holds the past as if it were a room of viewers that nobody else is in: it is never
 * connected, so the canvas and the panels draw it as they draw the present, and nothing can be
 * edited. What goes on in the live session goes on behind it.
 */
export class History {
  readonly store = new Store<HistoryState>(CLOSED);
  readonly session: Session;
  readonly live: Session;
  private readonly api: Api;
  private readonly system: string;
  private readonly steps = new Map<number, Promise<Step>>();
  private readonly groups = new Set<number>();
  private timer = 0;
  private asked = 0;

  constructor(boot: Bootstrap, api: Api, live: Session) {
    this.session = new Session({ ...boot, role: "viewer" }, null);
    this.live = live;
    this.api = api;
    this.system = boot.system;
  }

  get newest(): number {
    return this.live.store.get().revision;
  }

  /** Look at the state after a revision; the newest by default. */
  open(at: number = this.newest): void {
    this.show({ doc: this.live.store.get().doc });
    this.store.set({ open: true });
    this.readBaselines();
    this.go(at);
  }

  close = (): void => {
    window.clearTimeout(this.timer);
    this.asked += 1;
    this.store.set({ ...CLOSED, lines: this.store.get().lines });
  };

  go(revision: number): void {
    const at = Math.max(0, Math.min(Math.round(revision), this.newest));
    this.store.set({ at, difference: null, marks: NO_MARKS, busy: true, failed: "" });
    this.readLines(at);
    window.clearTimeout(this.timer);
    this.timer = window.setTimeout(() => void this.take(at), REST_MS);
  }

  /** Two states, each a revision or a baseline's id; the later one is drawn, with marks. */
  async compare(from: string, to: string): Promise<void> {
    window.clearTimeout(this.timer);
    this.store.set({ open: true, busy: true, failed: "" });
    const query = new URLSearchParams({ from, to });
    await this.attempt(async (current) => {
      const difference = await this.api.read<Difference>(this.system, `compare/?${query}`);
      const sides = [difference.from.revision, difference.to.revision] as const;
      const [before, after] = await Promise.all(sides.map((one) => this.step(one)));
      if (!current() || !before || !after) return;
      const [was, now] = [readDocument(before.document), readDocument(after.document)];
      this.show({ doc: now, step: after, risk: difference.risk.after });
      const found = marks(was, now, difference.elements);
      this.store.set({ at: after.revision, difference, marks: found });
    });
  }

  restore(): Promise<boolean> {
    return this.attempt(async () => {
      await this.api.act(this.system, "restore/", { revision: this.store.get().at });
      this.close();
    });
  }

  branch(): Promise<boolean> {
    return this.attempt(async () => {
      const body = { revision: this.store.get().at };
      const made = await this.api.act<{ system: { id: string } }>(this.system, "branch/", body);
      window.location.assign(`/systems/${made.system.id}/`);
    });
  }

  keep(name: string): Promise<boolean> {
    return this.attempt(async () => {
      await this.api.act(this.system, "baselines/", { name, revision: this.store.get().at });
      this.readBaselines();
    });
  }

  readBaselines(): void {
    this.api.read<{ results: readonly Baseline[] }>(this.system, "baselines/").then(
      ({ results }) =>
        this.store.set({ baselines: results.filter((one) => one.origin === "entered") }),
      (error: Error) => this.store.set({ failed: error.message }),
    );
  }

  private async take(at: number): Promise<void> {
    await this.attempt(async (current) => {
      const step = await this.step(at);
      if (current()) this.show({ doc: readDocument(step.document), step });
    });
  }

  /** What is done for the newest wish; an older one that answers late changes nothing. */
  private async attempt(work: (current: () => boolean) => Promise<void>): Promise<boolean> {
    this.asked += 1;
    const mine = this.asked;
    const current = (): boolean => mine === this.asked;
    try {
      await work(current);
      return true;
    } catch (error) {
      if (current()) this.store.set({ failed: (error as Error).message });
      return false;
    } finally {
      if (current()) this.store.set({ busy: false });
    }
  }

  private step(revision: number): Promise<Step> {
    const known = this.steps.get(revision);
    if (known) return known;
    const asked = this.api.read<Step>(this.system, `log/${revision}/`);
    asked.catch(() => this.steps.delete(revision));
    this.steps.set(revision, asked);
    const [oldest] = this.steps.keys();
    if (this.steps.size > MOST_STEPS && oldest !== undefined) this.steps.delete(oldest);
    return asked;
  }

  private readLines(at: number): void {
    const group = Math.floor(Math.max(0, at - 1) / GROUP);
    const whole = (group + 1) * GROUP <= this.newest;
    if (this.groups.has(group)) return;
    if (whole) this.groups.add(group);
    const path = `log/?brief=true&after=${group * GROUP}&page_size=${GROUP}`;
    this.api.read<{ results: readonly LogLine[] }>(this.system, path).then(
      ({ results }) => {
        const lines = new Map(this.store.get().lines);
        for (const line of results) lines.set(line.revision, line);
        this.store.set({ lines });
      },
      () => this.groups.delete(group),
    );
  }

  private show(shown: { doc: Doc; step?: Step; risk?: Difference["risk"]["after"] }): void {
    const { doc, step } = shown;
    if (step) this.store.set({ step });
    const { connection } = this.live.store.get();
    const revision = step?.revision ?? this.newest;
    this.session.store.set({ doc, revision, connection, loaded: true, risk: shown.risk ?? null });
  }
}
