import { type ReactElement, useEffect, useState } from "react";
import { nameOf } from "../document/names";
import { useEditor, useSession, useView } from "../editor";
import { elementOf, type Thread } from "../sync/comments";
import { Composer } from "./Composer";
import { ThreadCard } from "./ThreadCard";
import { useAct, useTalk } from "./use";
import { t } from "../words/t";

/** What somebody may talk about here: the selected element, its findings, or the system. */
function useSubjects(element: string): readonly { about: string; name: string }[] {
  const doc = useSession((state) => state.doc);
  const findings = useSession((state) => state.findings);
  if (element === "") return [{ about: "", name: t("the system") }];
  const own = [...findings.values()].filter((one) => one.element === element);
  return [
    { about: element, name: nameOf(doc, element) },
    ...own.map((one) => ({ about: one.key, name: t("Finding: {title}", { title: one.title }) })),
  ];
}

function Write({ element }: { element: string }): ReactElement {
  const { api, boot } = useEditor();
  const act = useAct();
  const subjects = useSubjects(element);
  const [about, setAbout] = useState(element);
  return (
    <>
      {subjects.length > 1 && (
        <label className="comment-about">
          {t("About")}{" "}
          <select value={about} onChange={(event) => setAbout(event.target.value)}>
            {subjects.map((one) => (
              <option key={one.about} value={one.about}>
                {one.name}
              </option>
            ))}
          </select>
        </label>
      )}
      <Composer
        label={t("Comment on {subject}", {
          subject: subjects.find((one) => one.about === about)?.name ?? t("this"),
        })}
        verb={t("Comment")}
        send={(text, mentions) =>
          act(() => api.act(boot.system, "comments/", { text, mentions, about }))
        }
      />
    </>
  );
}

/** What is seen has been read: nothing of it waits on one's Home any more. */
function useRead(threads: readonly Thread[]): void {
  const { api, boot } = useEditor();
  useEffect(() => {
    const names = (one: Thread["first"]): boolean =>
      one?.mentions.some((named) => String(named.id) === String(boot.me.id)) ?? false;
    for (const { id, first, answers } of threads) {
      if (!first || (!names(first) && !answers.some(names))) continue;
      void api.send(`/comments/${id}/read/`, {}).catch(() => undefined); // said again next time
    }
  }, [api, boot, threads]);
}

/** The talk about what is selected, or about everything. */
export default function CommentsPanel(): ReactElement {
  const all = useTalk((talk) => talk.threads);
  const [element = "", ...more] = useView((view) => view.selection);
  const [settled, setSettled] = useState(false);
  const doc = useSession((state) => state.doc);
  const findings = useSession((state) => state.findings);
  const here = more.length > 0 ? "" : element;
  const about = all.filter((one) => here === "" || elementOf(one.about) === here);
  const shown = about.filter((one) => settled || !one.resolved);
  const hidden = about.length - about.filter((one) => !one.resolved).length;
  useRead(shown);
  const where = (thread: Thread): string => {
    if (thread.about === "") return t("The system");
    if (thread.about.startsWith("mitigation:")) return t("A mitigation");
    const finding = findings.get(thread.about);
    const name = nameOf(doc, elementOf(thread.about)) || t("something that was removed");
    return finding ? `${finding.title}, ${name}` : name;
  };
  return (
    <div className="comments">
      <Write key={here} element={here} />
      {shown.length === 0 && (
        <p className="muted">
          {here === ""
            ? t("Nobody has said anything yet. Ask about a part: select it, and write here.")
            : t("Nothing is open here. Ask what you do not know: everyone here sees it at once.")}
        </p>
      )}
      {shown.map((thread) => (
        <ThreadCard key={thread.id} thread={thread} where={where(thread)} />
      ))}
      {hidden > 0 && (
        <label className="comment-settled">
          <input
            type="checkbox"
            checked={settled}
            onChange={(event) => setSettled(event.target.checked)}
          />{" "}
          {t("Show {hidden} resolved", { hidden })}
        </label>
      )}
    </div>
  );
}
