import { type ReactElement, useMemo, useState } from "react";
import { type Editor, useEditor, useSession, useView } from "../editor";
import { Select } from "../inspector/fields";
import type { Finding } from "../sync/messages";
import { FindingGroup } from "./FindingGroup";
import { grouped } from "./groups";
import { elementName, rowTitle } from "./named";
import { QuestionList } from "../questions/QuestionList";
import { t } from "../words/t";

const GROUPINGS = [
  { value: "cause", name: t("Where it comes from") },
  { value: "threat", name: t("Threat") },
] as const;

/** What the filter looks through: what its row says, under the names of now. */
function said(one: Finding, { catalog, session }: Editor): string {
  const { doc } = session.store.get();
  const words = [one.title, one.threat, elementName(doc, one.element)];
  return [...words, rowTitle(one.cause, doc, catalog)].join(" ").toLowerCase();
}

/**
 * All findings in rows, by where they come from at first: a drawing of ten parts reads as a
 * handful of rows. By threat, what waits for an answer stands behind its question alone.
 */
export function FindingsPanel(): ReactElement {
  const editor = useEditor();
  const { view } = editor;
  const findings = useSession((state) => state.findings);
  const selection = useView((now) => now.selection);
  const by = useView((now) => now.grouping);
  const [search, setSearch] = useState("");
  const [onlySelected, setOnlySelected] = useState(false);
  const groups = useMemo(() => {
    const wanted = search.toLowerCase();
    const shown = [...findings.values()].filter(
      (finding) =>
        (by === "cause" || finding.applies === "yes") &&
        (!onlySelected || selection.size === 0 || selection.has(finding.element)) &&
        (wanted === "" || said(finding, editor).includes(wanted)),
    );
    return grouped(shown, by);
  }, [by, editor, findings, onlySelected, search, selection]);
  return (
    <>
      <div className="finding-filters">
        <input
          className="input"
          type="search"
          placeholder={t("Filter findings")}
          value={search}
          aria-label={t("Filter findings")}
          onChange={(event) => setSearch(event.target.value)}
        />
        <div className="finding-grouping">
          {t("Group by")}
          <Select
            label={t("Group by")}
            choices={GROUPINGS}
            value={by}
            onChoose={(value) => view.set({ grouping: value === "cause" ? "cause" : "threat" })}
          />
        </div>
        <label className="check">
          <input
            type="checkbox"
            checked={onlySelected}
            onChange={(event) => setOnlySelected(event.target.checked)}
          />
          {t("Selection only")}
        </label>
      </div>
      {groups.length === 0 && <p className="fact-help">{t("Nothing found here so far.")}</p>}
      {groups.map((group, at) => (
        <FindingGroup
          key={`${by} ${group.waits} ${group.id}`}
          group={group}
          by={by}
          first={at === 0}
        />
      ))}
      <section className="facts-part">
        <h3>{t("Waiting for an answer")}</h3>
        <QuestionList first={10} />
      </section>
    </>
  );
}
