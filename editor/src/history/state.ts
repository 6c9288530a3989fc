import { createContext, useContext } from "react";
import { Store, useStore } from "../sync/store";
import type { History } from "./history";
import { type Marks, NO_MARKS } from "./marks";
import type { Baseline, Difference, LogLine, Step } from "./messages";

export interface HistoryState {
  open: boolean;
  /** The revision that is looked at. */
  at: number;
  /** The one that is shown: behind `at` while its drawing is on its way. */
  step: Step | null;
  lines: ReadonlyMap<number, LogLine>;
  baselines: readonly Baseline[];
  difference: Difference | null;
  marks: Marks;
  busy: boolean;
  failed: string;
}

export const CLOSED: HistoryState = {
  open: false,
  at: 0,
  step: null,
  lines: new Map(),
  baselines: [],
  difference: null,
  marks: NO_MARKS,
  busy: false,
  failed: "",
};

const HistoryContext = createContext<History | null>(null);
export const HistoryProvider = HistoryContext.Provider;

/** The past of the open system; null where there is none to look at, or not yet. */
export function useHistory(): History | null {
  return useContext(HistoryContext);
}

const NONE = new Store<HistoryState>(CLOSED);

export function useHistoryState<S>(select: (state: HistoryState) => S): S {
  return useStore(useHistory()?.store ?? NONE, select);
}
