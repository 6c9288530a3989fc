import { type ReactElement, useMemo, useState } from "react";
import { useEditor, useSession, useView } from "../editor";
import { bySeverity } from "../sync/findings";
import type { Finding } from "../sync/messages";
import { LevelMark } from "./Badge";
import { FindingItem } from "./FindingItem";
import { QuestionList } from "../questions/QuestionList";

interface ThreatGroup {
  threat: string;
  title: string;
  findings: Finding[];
}

/** One group a threat, ordered by its worst finding. */
function groupByThreat(findings: readonly Finding[]): ThreatGroup[] {
  const groups = new Map<string, ThreatGroup>();
  for (const finding of findings.toSorted(bySeverity)) {
    const group = groups.get(finding.threat);
    if (group) group.findings.push(finding);
    else
      groups.set(finding.threat, {
        threat: finding.threat,
        title: finding.title,
        findings: [finding],
      });
  }
  return [...groups.values()];
}

/** All findings grouped by threat; those that wait for an answer stand behind their question. */
export function FindingsPanel(): ReactElement {
  const findings = useSession((state) => state.findings);
  const selection = useView((view) => view.selection);
  const [search, setSearch] = useState("");
  const [onlySelected, setOnlySelected] = useState(false);
  const groups = useMemo(() => {
    const wanted = search.toLowerCase();
    const shown = [...findings.values()].filter(
      (finding) =>
        finding.applies === "yes" &&
        (!onlySelected || selection.size === 0 || selection.has(finding.element)) &&
        `${finding.title} ${finding.element_name} ${finding.threat}`.toLowerCase().includes(wanted),
    );
    return groupByThreat(shown);
  }, [findings, onlySelected, search, selection]);
  return (
    <>
      <div className="finding-filters">
        <input
          className="input"
          type="search"
          placeholder="Filter findings"
          value={search}
          aria-label="Filter findings"
          onChange={(event) => setSearch(event.target.value)}
        />
        <label className="check">
          <input
            type="checkbox"
            checked={onlySelected}
            onChange={(event) => setOnlySelected(event.target.checked)}
          />
          Selection only
        </label>
      </div>
      {groups.length === 0 && <p className="fact-help">Nothing found here so far.</p>}
      {groups.map((group) => (
        <Group key={group.threat} group={group} />
      ))}
      <section className="facts-part">
        <h3>Waiting for an answer</h3>
        <QuestionList first={10} />
      </section>
    </>
  );
}

function Group({ group }: { group: ThreatGroup }): ReactElement {
  const { catalog } = useEditor();
  const [first] = group.findings;
  const [open, setOpen] = useState(group.findings.length <= 3);
  return (
    <details
      className="threat-group"
      open={open}
      onToggle={(event) => setOpen(event.currentTarget.open)}
    >
      <summary>
        {first && <LevelMark level={first.risk.residual} size={14} />}
        <span className="threat-group-title">{group.title}</span>
        {catalog.data.threats[group.threat]?.own && (
          <small className="chip" title="Added by your workspace">
            own
          </small>
        )}
        <span className="count">{group.findings.length}</span>
      </summary>
      <p className="fact-help">{catalog.data.threats[group.threat]?.description}</p>
      <ul className="finding-list">
        {open &&
          group.findings.map((finding) => (
            <FindingItem key={finding.key} finding={finding} by="element" />
          ))}
      </ul>
    </details>
  );
}
