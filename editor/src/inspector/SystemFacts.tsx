import type { ReactElement } from "react";
import { LEVELS, type Values } from "../document/types";
import { useEditor, useMayEdit, useSession } from "../editor";
import { LevelMark } from "../findings/Badge";
import { QuestionList } from "../questions/QuestionList";
import { AssetFacts } from "./Assets";
import { Select, TextField } from "./fields";
import { Row, Section } from "./parts";
import { t } from "../words/t";
import { LEVEL_NAMES } from "../words/levels";

/** How many findings of each level, the worst first. */
function Levels(): ReactElement | null {
  const risk = useSession((state) => state.risk);
  if (!risk) return null;
  return (
    <ul className="levels" aria-label={t("Findings by level")}>
      {LEVELS.toReversed().map((level) => (
        <li key={level}>
          <LevelMark level={level} size={14} />
          <b>{risk.by_level[level] ?? 0}</b>
          <span className="muted">{LEVEL_NAMES[level]}</span>
        </li>
      ))}
    </ul>
  );
}

/** With nothing selected: the system itself, how it stands, and what is worth answering first. */
export function SystemFacts(): ReactElement {
  const system = useSession((state) => state.doc.system);
  const assets = useSession((state) => state.doc.asset);
  const disabled = !useMayEdit();
  const set = useSystemSetter();
  return (
    <>
      <div className="side-title">
        <TextField
          label={t("System name")}
          value={system.name}
          disabled={disabled}
          bare
          onCommit={(name) => name !== "" && set({ name })}
        />
      </div>
      <TextField
        label={t("Description")}
        value={system.description ?? ""}
        multiline
        maxLength={10_000}
        placeholder={t("What does this system do, and for whom?")}
        disabled={disabled}
        onCommit={(description) => set({ description })}
      />
      <Levels />
      <Section name={t("Worth answering first")}>
        <QuestionList first={6} />
      </Section>
      <About />
      {assets.size > 0 && (
        <Section name={t("Assets")}>
          {[...assets.values()].map((asset) => (
            <details key={asset.id} className="asset">
              <summary>{asset.name || t("Unnamed asset")}</summary>
              <AssetFacts asset={asset} />
            </details>
          ))}
        </Section>
      )}
    </>
  );
}

function useSystemSetter(): (values: Values) => void {
  const { session } = useEditor();
  return (set) => void session.edit([{ kind: "system", id: "system", set }]);
}

function About(): ReactElement {
  const { digest } = useEditor().catalog.data;
  const system = useSession((state) => state.doc.system);
  const disabled = !useMayEdit();
  const set = useSystemSetter();
  const levels = LEVELS.map((level) => ({ value: level, name: LEVEL_NAMES[level] }));
  return (
    <Section name={t("About")}>
      <Row name={t("Owner")}>
        <TextField
          label={t("Owner")}
          value={system.owner ?? ""}
          disabled={disabled}
          onCommit={(owner) => set({ owner })}
        />
      </Row>
      <Row name={t("Appetite")}>
        <Select
          label={t("Risk appetite")}
          choices={levels}
          value={system.appetite ?? "moderate"}
          disabled={disabled}
          onChoose={(appetite) => set({ appetite })}
        />
      </Row>
      <Row name={t("Catalog")}>
        <code title={t("Judged with catalog {digest}", { digest })}>{digest.slice(0, 7)}</code>
      </Row>
    </Section>
  );
}
