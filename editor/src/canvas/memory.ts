/** Remembers what it made from what, so that unchanged elements stay the same objects. */
export class Memory<T> {
  private made = new Map<string, { from: readonly unknown[]; value: T }>();
  private next = new Map<string, { from: readonly unknown[]; value: T }>();

  recall(id: string, from: readonly unknown[], make: () => T): T {
    const known = this.made.get(id);
    const same = known !== undefined && known.from.every((part, i) => part === from[i]);
    const entry = same ? known : { from, value: make() };
    this.next.set(id, entry);
    return entry.value;
  }

  /** What was not asked for in this round is forgotten. */
  endRound(): void {
    this.made = this.next;
    this.next = new Map();
  }
}

/** Remembers one answer, as long as it is asked for with the same things. */
export class Last<T> {
  private from: readonly unknown[] | null = null;
  private value: T | undefined;

  recall(from: readonly unknown[], make: () => T): T {
    if (this.from === null || this.from.some((part, i) => part !== from[i])) {
      this.value = make();
      this.from = from;
    }
    return this.value as T;
  }
}
