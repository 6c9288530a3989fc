import type { ReactElement } from "react";
import { LEVELS, type Level } from "../document/types";
import { useEditor, useMayEdit, useSession } from "../editor";
import { LevelMark } from "../findings/Badge";
import { QuestionList } from "../questions/QuestionList";
import { AssetFacts } from "./Assets";
import { Select, TextField } from "./fields";
import { Row, Section } from "./parts";

/** How many findings of each level, the worst first. */
function Levels(): ReactElement | null {
  const risk = useSession((state) => state.risk);
  if (!risk) return null;
  return (
    <ul className="levels" aria-label="Findings by level">
      {LEVELS.toReversed().map((level) => (
        <li key={level} title={level}>
          <LevelMark level={level} size={14} />
          <b>{risk.by_level[level] ?? 0}</b>
          <span className="muted">{level}</span>
        </li>
      ))}
    </ul>
  );
}

/** With nothing selected: the system itself, how it stands, and what is worth answering first. */
export function SystemFacts(): ReactElement {
  const { catalog, session } = useEditor();
  const system = useSession((state) => state.doc.system);
  const assets = useSession((state) => state.doc.asset);
  const disabled = !useMayEdit();
  const set = (values: Record<string, unknown>): void =>
    void session.edit([{ kind: "system", id: "system", set: values }]);
  const levels = LEVELS.map((level: Level) => ({ value: level, name: level }));
  return (
    <>
      <div className="side-title">
        <TextField
          label="System name"
          value={system.name}
          disabled={disabled}
          bare
          onCommit={(name) => name !== "" && set({ name })}
        />
      </div>
      <TextField
        label="Description"
        value={system.description ?? ""}
        multiline
        maxLength={10_000}
        placeholder="What does this system do, and for whom?"
        disabled={disabled}
        onCommit={(description) => set({ description })}
      />
      <Levels />
      <Section name="Worth answering first">
        <QuestionList first={6} />
      </Section>
      <Section name="About">
        <Row name="Owner">
          <TextField
            label="Owner"
            value={system.owner ?? ""}
            disabled={disabled}
            onCommit={(owner) => set({ owner })}
          />
        </Row>
        <Row name="Appetite">
          <Select
            label="Risk appetite"
            choices={levels}
            value={system.appetite ?? "moderate"}
            disabled={disabled}
            onChoose={(appetite) => set({ appetite })}
          />
        </Row>
        <Row name="Catalog">
          <code title={`Judged with catalog ${catalog.data.digest}`}>
            {catalog.data.digest.slice(0, 7)}
          </code>
        </Row>
      </Section>
      {assets.size > 0 && (
        <Section name="Assets">
          {[...assets.values()].map((asset) => (
            <details key={asset.id} className="asset">
              <summary>{asset.name || "Unnamed asset"}</summary>
              <AssetFacts asset={asset} />
            </details>
          ))}
        </Section>
      )}
    </>
  );
}
