import { Store } from "./store";

/** One remark. What has no `thread` begins one; the answers name it. */
export interface Comment {
  id: string;
  /** An element's id, a finding's key, or empty for the system. */
  about: string;
  thread: string | null;
  text: string;
  by: { id: number | null; name: string };
  mentions: readonly { id: number; name: string }[];
  at: string;
  edited_at: string | null;
  changed_at: string;
  resolved: { by: string; at: string } | null;
  removed: boolean;
}

export interface Thread {
  id: string;
  about: string;
  /** Null where it was taken back after somebody had answered it. */
  first: Comment | null;
  answers: readonly Comment[];
  resolved: Comment["resolved"];
}

export interface Talk {
  threads: readonly Thread[];
  /** Open threads of each element, its findings' included. */
  counts: ReadonlyMap<string, number>;
  /** Grows whenever something may have been missed: whoever reads comments reads them again. */
  asked: number;
}

/** The element that something is about: a finding's key names its own behind the @. */
export const elementOf = (about: string): string => about.slice(about.lastIndexOf("@") + 1);

/** What people say about a system: told as it happens, read again where some of it was missed. */
export class Comments {
  readonly store = new Store<Talk>({ threads: [], counts: new Map(), asked: 0 });
  private all = new Map<string, Comment>();
  private latest = 0;

  replace(comments: readonly Comment[]): void {
    this.all = new Map(comments.map((one) => [one.id, one]));
    this.latest = Math.max(0, ...comments.map((one) => Date.parse(one.changed_at)));
    this.show();
  }

  receive(comment: Comment): void {
    const changed = Date.parse(comment.changed_at);
    const known = this.all.get(comment.id);
    if (known && Date.parse(known.changed_at) > changed) return;
    this.all.set(comment.id, comment);
    this.latest = Math.max(this.latest, changed);
    this.show();
  }

  /** The pulse says when the talk last changed. */
  pulse(changedAt: string | null): void {
    const changed = changedAt === null ? 0 : Date.parse(changedAt);
    if (changed <= this.latest) return;
    this.latest = changed;
    this.ask();
  }

  ask(): void {
    this.store.set({ asked: this.store.get().asked + 1 });
  }

  private show(): void {
    const threads = threadsOf([...this.all.values()]);
    const counts = new Map<string, number>();
    for (const { about, resolved } of threads) {
      if (resolved) continue;
      const element = elementOf(about);
      counts.set(element, (counts.get(element) ?? 0) + 1);
    }
    this.store.set({ threads, counts });
  }
}

/** The oldest first; of what was taken back only what others have answered. */
function threadsOf(comments: readonly Comment[]): Thread[] {
  const threads = new Map<string, { first: Comment | null; answers: Comment[] }>();
  for (const one of comments.filter((comment) => !comment.removed)) {
    const id = one.thread ?? one.id;
    const thread = threads.get(id) ?? { first: null, answers: [] };
    if (one.thread === null) thread.first = one;
    else thread.answers.push(one);
    threads.set(id, thread);
  }
  const begun = (thread: Thread): string => (thread.first ?? thread.answers[0])?.at ?? "";
  return [...threads]
    .map(([id, { first, answers }]) => ({
      id,
      first,
      about: (first ?? answers[0])?.about ?? "",
      answers: answers.sort((a, b) => a.at.localeCompare(b.at)),
      resolved: first?.resolved ?? null,
    }))
    .sort((a, b) => begun(a).localeCompare(begun(b)));
}
