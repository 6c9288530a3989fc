import { CircleHelp } from "lucide-react";
import { type ReactElement, useState } from "react";
import { useEditor, useSession } from "../editor";
import { LevelMark } from "./Badge";
import { FindingItem } from "./FindingItem";
import type { Group, Grouping } from "./groups";
import { rowTitle } from "./named";
import { t } from "../words/t";

/** As many as read at a glance stand open; a row of many is opened by who wants to see them. */
const FEW = 3;

interface FindingGroupProps {
  group: Group;
  by: Grouping;
  /** Whether it is the gravest, which stands open: one sees what rows are made of. */
  first: boolean;
}

/** One row of the list, which opens into its findings. */
export function FindingGroup({ group, by, first: gravest }: FindingGroupProps): ReactElement {
  const { catalog } = useEditor();
  const [first] = group.findings;
  const [open, setOpen] = useState(gravest || (by === "threat" && group.findings.length <= FEW));
  const title = useSession(({ doc }) =>
    by === "cause" ? rowTitle(group.id, doc, catalog) : group.title,
  );
  const threat = by === "threat" ? catalog.data.threats[group.id] : undefined;
  return (
    <details
      className="finding-group"
      open={open}
      onToggle={(event) => setOpen(event.currentTarget.open)}
    >
      <summary>
        {group.waits && <CircleHelp size={14} aria-hidden="true" />}
        {!group.waits && first && <LevelMark level={first.risk.residual} size={14} />}
        <span className="finding-group-title">{title}</span>
        {threat?.own && (
          <small className="chip" title={t("Added by your workspace")}>
            {t("own")}
          </small>
        )}
        <span className="count">{group.findings.length}</span>
      </summary>
      {threat && <p className="fact-help">{threat.description}</p>}
      <ul className="finding-list">
        {open &&
          group.findings.map((finding) => (
            <FindingItem
              key={finding.key}
              finding={finding}
              by={by === "threat" ? "element" : "both"}
            />
          ))}
      </ul>
    </details>
  );
}
