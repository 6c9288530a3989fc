import { useEffect, useState } from "react";
import { useEditor, select, useSession } from "../editor";
import { type Comment, type Talk, elementOf } from "../sync/comments";
import { useStore } from "../sync/store";
import type { Named } from "./mentions";

interface Page<T> {
  next: string | null;
  results: readonly T[];
}

export function useTalk<S>(look: (talk: Talk) => S): S {
  return useStore(useEditor().session.comments.store, look);
}

/** Read what was said, at first and whenever some of it may have been missed. */
export function useFreshComments(): void {
  const { api, boot, session } = useEditor();
  const asked = useTalk((talk) => talk.asked);
  useEffect(() => {
    if (asked === 0) return;
    const read = async (): Promise<void> => {
      const all: Comment[] = [];
      for (let page = 1, more = true; more; page += 1) {
        const path = `comments/?page_size=1000&page=${page}`;
        const found = await api.read<Page<Comment>>(boot.system, path);
        all.push(...found.results);
        more = found.next !== null;
      }
      session.comments.replace(all);
    };
    read().catch((error: Error) => session.tell(error.message));
  }, [api, boot, session, asked]);
}

/** The address may name a comment: show what it is about, and the talk beside it. */
export function useAddressedComment(): void {
  const editor = useEditor();
  const loaded = useSession((state) => state.loaded);
  const threads = useTalk((talk) => talk.threads);
  useEffect(() => {
    const address = new URL(window.location.href);
    const wanted = address.searchParams.get("comment");
    const holds = (id: string | undefined): boolean => id === wanted;
    const thread = threads.find(
      (one) => holds(one.id) || one.answers.some((answer) => holds(answer.id)),
    );
    if (!loaded || wanted === null || !thread) return;
    address.searchParams.delete("comment");
    window.history.replaceState(null, "", address);
    editor.view.set({ panel: "comments", panels: true });
    select(editor, thread.about === "" ? [] : [elementOf(thread.about)], true);
    void editor.api.send(`/comments/${wanted}/read/`, {}).catch(() => undefined);
  }, [editor, loaded, threads]);
}

/** Do something on the server; what it will not do is said. */
export function useAct(): (work: () => Promise<unknown>) => Promise<boolean> {
  const { session } = useEditor();
  return async (work) => {
    try {
      await work();
      return true;
    } catch (error) {
      session.tell((error as Error).message);
      return false;
    }
  };
}

/** Who can be named; asked for once, when somebody begins to write. */
export function usePeople(): readonly Named[] {
  const { api, boot } = useEditor();
  const [people, setPeople] = useState<readonly Named[]>([]);
  useEffect(() => {
    api.read<Page<Named>>(boot.system, "people/?page_size=1000").then(
      (found) => setPeople(found.results),
      () => setPeople([]), // without the list one can still write
    );
  }, [api, boot]);
  return people;
}
