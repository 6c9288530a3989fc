import type { Editor, Task } from "../editor";
import { key, plain, type Shortcut } from "../keys";
import { stepBy } from "../paths/stepping";
import { t } from "../words/t";

export const TASKS = ["paths", "questions"] as const satisfies readonly Task[];

/** Gives false where one may not: who may not draw answers no questions. */
export function toggleTask({ session, view }: Editor, task: Task): boolean {
  if (task === "questions" && !session.mayEdit) return false;
  view.set({ task: view.get().task === task ? "none" : task });
  return true;
}

/** The keys of what takes the inspector's place; keyboard.ts binds them with the general ones. */
export const TASK_SHORTCUTS: readonly Shortcut[] = [
  {
    keys: "P",
    does: t("Attack paths"),
    matches: (event) => plain(event) && key(event, "p"),
    run: (editor) => toggleTask(editor, "paths"),
  },
  {
    keys: ".",
    does: t("The path's next step"),
    matches: (event) => plain(event) && event.key === ".",
    run: (editor) => stepBy(editor, 1),
  },
  {
    keys: ",",
    does: t("The path's step before"),
    matches: (event) => plain(event) && event.key === ",",
    run: (editor) => stepBy(editor, -1),
  },
  {
    keys: "Q",
    does: t("Questions, one by one"),
    matches: (event) => plain(event) && key(event, "q"),
    run: (editor) => toggleTask(editor, "questions"),
  },
];
