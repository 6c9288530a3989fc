import { Plus, X } from "lucide-react";
import { type ReactElement, useState } from "react";
import { elementId } from "../document/ids";
import { type Asset, LEVELS } from "../document/types";
import { useEditor, useMayEdit, useSession } from "../editor";
import { Segments, Select, spoken, TextField, YES_NO_UNKNOWN } from "./fields";
import { Row, Section } from "./parts";
import { t } from "../words/t";
import { LEVEL_NAMES } from "../words/levels";

interface AssetsProps {
  kind: "component" | "flow";
  id: string;
  held: readonly string[];
  name: string;
}

/** What is worth protecting here: take from the system's assets, or name a new one. */
export function Assets({ kind, id, held, name }: AssetsProps): ReactElement {
  const { session } = useEditor();
  const assets = useSession((state) => state.doc.asset);
  const disabled = !useMayEdit();
  const [adding, setAdding] = useState(false);
  const free = [...assets.values()].filter((asset) => !held.includes(asset.id));
  const change = (key: "assets.+" | "assets.-", asset: string): void =>
    void session.edit([{ kind, id, set: { [key]: [asset] } }]);
  const create = (text: string): void => {
    setAdding(false);
    const asset = elementId();
    if (text === "") return;
    session.edit([
      { kind: "asset", id: asset, add: { name: text, kind: "data" } },
      { kind, id, set: { "assets.+": [asset] } },
    ]);
  };
  return (
    <Section name={name}>
      {held.length === 0 && <p className="fact-help">{t("None named yet.")}</p>}
      {held.map((assetId) => {
        const asset = assets.get(assetId);
        return (
          asset && (
            <div key={assetId} className="asset">
              <details>
                <summary>{asset.name || t("Unnamed asset")}</summary>
                <AssetFacts asset={asset} />
              </details>
              {!disabled && (
                <button
                  type="button"
                  className="icon-button"
                  aria-label={t("Take {name} away", { name: asset.name })}
                  onClick={() => change("assets.-", assetId)}
                >
                  <X size={14} />
                </button>
              )}
            </div>
          )
        );
      })}
      {!disabled && free.length > 0 && (
        <Select
          label={t("Add an asset")}
          value=""
          choices={[
            { value: "", name: t("Add one of the system's assets") },
            ...free.map((asset) => ({ value: asset.id, name: asset.name })),
          ]}
          onChoose={(asset) => asset !== "" && change("assets.+", asset)}
        />
      )}
      {!disabled &&
        (adding ? (
          <TextField label={t("Name of the new asset")} value="" onCommit={create} />
        ) : (
          <button type="button" className="button button-quiet" onClick={() => setAdding(true)}>
            <Plus size={14} aria-hidden="true" />
            {t("New asset")}
          </button>
        ))}
    </Section>
  );
}

/** How bad its loss would be, by dimension; a level left open counts as assumed moderate. */
export function AssetFacts({ asset }: { asset: Asset }): ReactElement {
  const { catalog, session } = useEditor();
  const disabled = !useMayEdit();
  const set = (values: Record<string, unknown>): void =>
    void session.edit([{ kind: "asset", id: asset.id, set: values }]);
  const kinds = catalog.data.asset_kinds.map((kind) => ({ value: kind, name: spoken(kind) }));
  const levels = [
    { value: "", name: t("Unknown") },
    ...LEVELS.map((level) => ({ value: level, name: LEVEL_NAMES[level] })),
  ];
  const personal = asset.personal === undefined || asset.personal === null;
  return (
    <div className="asset-facts">
      <Row name={t("Name")}>
        <TextField
          label={t("Asset name")}
          value={asset.name}
          disabled={disabled}
          onCommit={(name) => set({ name })}
        />
      </Row>
      <Row name={t("Kind")}>
        <Select
          label={t("Asset kind")}
          choices={kinds}
          value={asset.kind}
          disabled={disabled}
          onChoose={(kind) => set({ kind })}
        />
      </Row>
      <p className="fact-question">{t("Does it say something about people?")}</p>
      <Segments
        label={t("Personal")}
        choices={YES_NO_UNKNOWN}
        value={personal ? "" : String(asset.personal)}
        disabled={disabled}
        onChoose={(value) => set({ personal: value === "" ? null : value === "true" })}
      />
      <p className="fact-question">{t("How bad would its loss be?")}</p>
      {catalog.data.dimensions.map((dimension) => (
        <Row key={dimension} name={spoken(dimension)}>
          <Select
            label={t("Loss of {dimension}", { dimension: spoken(dimension) })}
            choices={levels}
            disabled={disabled}
            value={String(asset[dimension] ?? "")}
            onChoose={(level) => set({ [dimension]: level === "" ? null : level })}
          />
        </Row>
      ))}
    </div>
  );
}
