import { useCallback, useEffect, useRef, useState } from "react";
import { useEditor, useSession } from "../editor";
import type { Ways } from "./ways";

/** How long the drawing has to rest before its paths are asked for again. */
const QUIET_MS = 1_500;
/** Where they took longer than this, people ask for them themselves. */
const SLOW_MS = 2_000;

export interface Asking {
  ways: Ways | null;
  asking: boolean;
  /** Whether the drawing has changed since. */
  stale: boolean;
  failed: string;
  ask: () => void;
}

/** The paths of the drawing as it is, asked for again once it rests. */
export function useWays(): Asking {
  const { api, boot } = useEditor();
  const revision = useSession((state) => state.revision);
  const [ways, setWays] = useState<Ways | null>(null);
  const [asking, setAsking] = useState(false);
  const [failed, setFailed] = useState("");
  const slow = useRef(false);
  const current = useRef(0);
  const ask = useCallback(() => {
    const n = (current.current += 1);
    const began = performance.now();
    const done = (change: () => void): void => {
      if (n !== current.current) return;
      slow.current = performance.now() - began > SLOW_MS;
      setAsking(false);
      change();
    };
    setAsking(true);
    setFailed("");
    api.ways(boot.system).then(
      (found) => done(() => setWays(found)),
      (error: Error) => done(() => setFailed(error.message)),
    );
  }, [api, boot]);
  useEffect(() => {
    ask();
    return () => void (current.current += 1);
  }, [ask]);
  const stale = ways !== null && ways.revision < revision;
  useEffect(() => {
    if (!stale || asking || slow.current || failed !== "") return undefined;
    const timer = window.setTimeout(ask, QUIET_MS);
    return () => window.clearTimeout(timer);
  }, [stale, asking, failed, revision, ask]);
  return { ways, asking, stale, failed, ask };
}
