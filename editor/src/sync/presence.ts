import type { Box } from "../document/types";
import type { ClientMessage, Person, Standing } from "./messages";
import { Store } from "./store";

/** Pointers are drawn at about a dozen positions a second; the server gathers them anyway. */
const EVERY_MS = 80;
/** The server takes no longer list; a selection of everything need not be drawn one by one. */
const MOST_NAMED = 200;

export interface Here {
  you: string;
  /** Everybody's connections but one's own, by connection. */
  others: ReadonlyMap<string, Person>;
  /** Whose view one has taken over, by connection. */
  following: string | null;
  /** Where somebody who leads asked everyone to look; `n` tells two requests apart. */
  gathered: { by: string; viewport: Box; n: number } | null;
}

const NOBODY: Here = { you: "", others: new Map(), following: null, gathered: null };

/** Who is here, where they point, what they have selected. Never stored, latest wins. */
export class Presence {
  readonly store = new Store<Here>(NOBODY);
  private readonly send: (message: ClientMessage) => void;
  private mine: Standing = {
    pointer: null,
    selection: [],
    drag: null,
    viewport: null,
    follow: null,
  };
  private timer = 0;

  constructor(send: (message: ClientMessage) => void) {
    this.send = send;
  }

  update(change: Partial<Standing>): void {
    this.mine = { ...this.mine, ...change };
    if (this.timer === 0) this.timer = window.setTimeout(() => this.sendNow(), EVERY_MS);
  }

  sendNow(): void {
    clearTimeout(this.timer); // not the window's: a page may be gone by now
    this.timer = 0;
    const { selection, drag } = this.mine;
    const ghosts = drag && Object.fromEntries(Object.entries(drag).slice(0, MOST_NAMED));
    const named = selection.slice(0, MOST_NAMED);
    this.send({ ...this.mine, t: "presence", selection: named, drag: ghosts });
  }

  selected(id: string): boolean {
    return this.mine.selection.includes(id);
  }

  /** Take over somebody's view; null looks for oneself again. */
  follow(id: string | null): void {
    if (id === this.store.get().following) return;
    this.store.set({ following: id });
    this.update({ follow: id });
  }

  /** Ask everybody to look where one looks. */
  gather(): void {
    const { viewport } = this.mine;
    if (viewport) this.send({ t: "gather", viewport });
  }

  gathered(by: string, viewport: Box): void {
    const n = (this.store.get().gathered?.n ?? 0) + 1;
    this.store.set({ gathered: { by, viewport, n } });
  }

  welcome(people: readonly Person[], you: string): void {
    const others = people.filter((person) => person.id !== you);
    this.store.set({ you, others: new Map(others.map((person) => [person.id, person])) });
  }

  receive(people: readonly Person[], gone: readonly string[]): void {
    const { you, others } = this.store.get();
    const now = new Map(others);
    for (const id of gone) now.delete(id);
    for (const person of people) if (person.id !== you) now.set(person.id, person);
    const { following } = this.store.get();
    this.store.set({ others: now });
    if (following !== null && !now.has(following)) this.follow(null);
  }

  clear(): void {
    this.store.set({ others: new Map() });
  }

  stop(): void {
    clearTimeout(this.timer); // not the window's: a page may be gone by now
  }
}
