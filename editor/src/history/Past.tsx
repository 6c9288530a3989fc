import { type ReactElement, type ReactNode, useEffect, useMemo, useState } from "react";
import { EditorProvider, useEditor, useSession } from "../editor";
import { Store, useStore } from "../sync/store";
import type { History } from "./history";
import { CLOSED, HistoryProvider } from "./state";

/* Fetched beside the catalog: nobody looks back before there is something to see. */
const fetched = import("./history");
const NONE = new Store(CLOSED);

/** What the address asks for: `?revision=7`, or `?from=3&to=<baseline>`. */
function useAddressedPast(history: History | null): void {
  const loaded = useSession((state) => state.loaded);
  useEffect(() => {
    const address = new URL(window.location.href);
    const [at, from] = [address.searchParams.get("revision"), address.searchParams.get("from")];
    if (!loaded || !history || (at === null && from === null)) return;
    const to = address.searchParams.get("to") ?? "";
    for (const name of ["revision", "from", "to"]) address.searchParams.delete(name);
    window.history.replaceState(null, "", address);
    if (from !== null) {
      history.open();
      void history.compare(from, to);
    } else history.open(Number(at) || 0);
  }, [history, loaded]);
}

/** Everything inside shows the past while that is open, and the present otherwise. */
export function Past({ children }: { children: ReactNode }): ReactElement {
  const editor = useEditor();
  const { api, boot, session } = editor;
  const [history, setHistory] = useState<History | null>(null);
  useEffect(() => {
    void fetched.then((part) => setHistory(new part.History(boot, api, session)));
  }, [boot, api, session]);
  const open = useStore(history?.store ?? NONE, (state) => state.open);
  useAddressedPast(history);
  const shown = useMemo(
    () => (open && history ? { ...editor, session: history.session } : editor),
    [open, editor, history],
  );
  return (
    <HistoryProvider value={history}>
      <EditorProvider value={shown}>{children}</EditorProvider>
    </HistoryProvider>
  );
}
