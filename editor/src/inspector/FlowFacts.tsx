import type { ReactElement } from "react";
import { crossesBoundary } from "../document/tree";
import { useEditor, useMayEdit, useSession } from "../editor";
import { ElementFindings } from "../findings/ElementFindings";
import { Assets } from "./Assets";
import { AttributeField, Select, TextField } from "./fields";
import { FlowBends } from "./FlowBends";
import { FlowEnds } from "./FlowEnds";
import { Actions, Ends, Row, Section, useSetter } from "./parts";
import { t } from "../words/t";

const CROSSES = new Map([
  [true, t("Crosses a boundary between zones.")],
  [false, t("Stays within one zone.")],
  [null, t("Whether it crosses a boundary is unknown until both ends stand in a zone.")],
]);

export function FlowFacts({ id }: { id: string }): ReactElement | null {
  const { catalog } = useEditor();
  const flow = useSession((state) => state.doc.flow.get(id));
  const doc = useSession((state) => state.doc);
  const disabled = !useMayEdit();
  const set = useSetter("flow", id);
  if (!flow) return null;
  const kinds = catalog.data.flow_kinds.map(({ id: value, name }) => ({ value, name }));
  const turn = (): void => set({ source: flow.target, target: flow.source });
  return (
    <>
      <div className="side-title">
        <TextField
          label={t("Name")}
          value={flow.name}
          placeholder={t("Flow")}
          disabled={disabled}
          bare
          onCommit={(name) => set({ name })}
        />
      </div>
      <Ends source={flow.source} target={flow.target} />
      {!disabled && <FlowEnds flow={flow} onSet={set} />}
      <p className="fact-help">{CROSSES.get(crossesBoundary(doc, flow.source, flow.target))}</p>
      <Row name={t("Kind")}>
        <Select
          label={t("Kind")}
          choices={kinds}
          value={flow.kind}
          disabled={disabled}
          onChoose={(kind) => set({ kind })}
        />
      </Row>
      <p className="fact-help">{catalog.flowKinds.get(flow.kind)?.description}</p>
      <ElementFindings id={id} />
      <Section name={t("Facts")}>
        {catalog.data.flow_attributes.map((attribute) => (
          <AttributeField
            key={attribute.id}
            attribute={attribute}
            disabled={disabled}
            implied={undefined}
            value={flow.attributes[attribute.id]}
            onSet={(value) => set({ [`attributes.${attribute.id}`]: value })}
          />
        ))}
      </Section>
      <Assets kind="flow" id={id} held={flow.assets} name={t("Assets carried")} />
      {!disabled && (
        <button type="button" className="button" onClick={turn}>
          {t("Reverse the flow")}
        </button>
      )}
      {!disabled && <FlowBends flow={flow} onSet={set} />}
      <Actions copyable={false} />
    </>
  );
}
