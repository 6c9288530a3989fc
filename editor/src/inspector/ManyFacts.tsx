import type { ReactElement } from "react";
import { zoneAround } from "../document/edits";
import { select, useEditor, useMayEdit, useSession } from "../editor";
import { Actions } from "./parts";
import { many, t } from "../words/t";

/** Several elements at once: what can be done to all of them. */
export function ManyFacts({ ids }: { ids: ReadonlySet<string> }): ReactElement {
  const editor = useEditor();
  const doc = useSession((state) => state.doc);
  const mayEdit = useMayEdit();
  const components = [...ids].filter((id) => doc.component.has(id));
  const enclose = (): void => {
    const edit = zoneAround(doc, components);
    if (edit && editor.session.edit(edit.changes)) select(editor, [edit.id]);
  };
  return (
    <>
      <div className="side-title">
        <h2>{t("{n} selected", { n: ids.size })}</h2>
      </div>
      <p className="fact-help">
        {many(components.length, "{n} component among them.", "{n} components among them.")}
      </p>
      {mayEdit && components.length > 0 && (
        <button type="button" className="button" onClick={enclose}>
          {t("Put into a new zone")}
        </button>
      )}
      <Actions />
    </>
  );
}
