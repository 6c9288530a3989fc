import { type ReactElement, useState } from "react";
import { connect } from "../document/edits";
import type { Component } from "../document/types";
import { select, useEditor, useMayEdit, useSession } from "../editor";
import { ElementFindings } from "../findings/ElementFindings";
import { TypeIcon } from "../palette/icons";
import { Assets } from "./Assets";
import { AttributeField, Select, TextField } from "./fields";
import { Actions, placeChoices, Row, Section, useSetter } from "./parts";
import { PlaceFacts } from "./PlaceFacts";
import { Tests } from "./Tests";
import { t } from "../words/t";

/** A flow by keyboard: the same as dragging from one card to another. */
function ConnectTo({ id }: { id: string }): ReactElement {
  const editor = useEditor();
  const doc = useSession((state) => state.doc);
  const [target, setTarget] = useState("");
  const others = [...doc.component.values()].filter((other) => other.id !== id);
  const draw = (): void => {
    const edit = connect(doc, editor.catalog, id, target);
    if (edit && editor.session.edit(edit.changes)) select(editor, [edit.id]);
  };
  const choices = [
    { value: "", name: t("Choose a component") },
    ...others.map((other) => ({ value: other.id, name: other.name || t("Unnamed") })),
  ];
  return (
    <div className="with-button" id="connect-to">
      <Select
        label={t("Component to connect to")}
        choices={choices}
        value={target}
        onChoose={setTarget}
      />
      <button type="button" className="button" disabled={target === ""} onClick={draw}>
        {t("Connect")}
      </button>
    </div>
  );
}

export function ComponentFacts({ id }: { id: string }): ReactElement | null {
  const { catalog } = useEditor();
  const component = useSession((state) => state.doc.component.get(id));
  const disabled = !useMayEdit();
  const set = useSetter("component", id);
  if (!component) return null;
  return (
    <>
      <Identity component={component} />
      <Tests component={id} />
      <ElementFindings id={id} />
      <Section name={t("Facts")}>
        {catalog.attributesOf(component.type).map((attribute) => (
          <AttributeField
            key={attribute.id}
            attribute={attribute}
            disabled={disabled}
            value={component.attributes[attribute.id]}
            implied={catalog.implied(component.type, attribute.id)}
            onSet={(value) => set({ [`attributes.${attribute.id}`]: value })}
          />
        ))}
      </Section>
      <Assets kind="component" id={id} held={component.assets} name={t("Assets held here")} />
      {!disabled && (
        <Section name={t("Connect to")}>
          <ConnectTo id={id} />
        </Section>
      )}
      <Section name={t("Note")}>
        <TextField
          label={t("Note")}
          value={component.note}
          multiline
          maxLength={10_000}
          disabled={disabled}
          onCommit={(note) => set({ note })}
        />
      </Section>
      <PlaceFacts kind="component" id={id} />
      <Actions />
    </>
  );
}

/** What it is called, what it is and where it stands. */
function Identity({ component }: { component: Component }): ReactElement {
  const { catalog } = useEditor();
  const doc = useSession((state) => state.doc);
  const disabled = !useMayEdit();
  const set = useSetter("component", component.id);
  const type = catalog.types.get(component.type);
  const types = catalog.data.component_types
    .map(({ id: value, name }) => ({ value, name }))
    .toSorted((one, other) => one.name.localeCompare(other.name));
  return (
    <>
      <div className="side-title">
        <TypeIcon type={component.type} icon={type?.icon} size={24} />
        <TextField
          label={t("Name")}
          value={component.name}
          onCommit={(name) => set({ name })}
          disabled={disabled}
          bare
        />
      </div>
      {type && <p className="fact-help">{type.description}</p>}
      <Row name={t("Type")}>
        <Select
          label={t("Type")}
          choices={types}
          value={type ? component.type : "other"}
          disabled={disabled}
          onChoose={(value) => set({ type: value })}
        />
      </Row>
      <Row name={t("Zone")}>
        <Select
          label={t("Zone")}
          choices={placeChoices(doc)}
          value={component.zone ?? ""}
          disabled={disabled}
          onChoose={(zone) => set({ zone: zone === "" ? null : zone })}
        />
      </Row>
    </>
  );
}
