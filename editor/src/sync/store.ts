import { useSyncExternalStore } from "react";

/**
 * A value outside React that components subscribe to by selector.
 *
 * A component renders again only when what its selector gives is another object, so a finding
 * that arrives redraws one card of three hundred.
 */
export class Store<T> {
  private value: T;
  private readonly listeners = new Set<() => void>();

  constructor(value: T) {
    this.value = value;
  }

  get = (): T => this.value;

  set(change: Partial<T>): void {
    this.value = { ...this.value, ...change };
    for (const listener of this.listeners) listener();
  }

  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };
}

/** What the selector gives has to be stable while nothing changed: no new arrays or objects. */
export function useStore<T, S>(store: Store<T>, select: (value: T) => S): S {
  return useSyncExternalStore(store.subscribe, () => select(store.get()));
}
