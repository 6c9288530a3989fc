import type { ReactElement } from "react";
import { zoneAndInner } from "../document/tree";
import { TRUSTS } from "../document/types";
import { useEditor, useMayEdit, useSession } from "../editor";
import { ElementFindings } from "../findings/ElementFindings";
import { Select, TextField } from "./fields";
import { Actions, placeChoices, Row, useSetter } from "./parts";
import { PlaceFacts } from "./PlaceFacts";
import { TRUST_NAMES } from "../words/levels";
import { t } from "../words/t";

export function ZoneFacts({ id }: { id: string }): ReactElement | null {
  const { catalog } = useEditor();
  const zone = useSession((state) => state.doc.zone.get(id));
  const doc = useSession((state) => state.doc);
  const disabled = !useMayEdit();
  const set = useSetter("zone", id);
  if (!zone) return null;
  const kind = catalog.zoneKinds.get(zone.kind ?? "");
  const kinds = [
    { value: "", name: t("Unknown") },
    ...catalog.data.zone_kinds.map(({ id: value, name }) => ({ value, name })),
  ];
  const trusts = [
    {
      value: "",
      name: kind ? t("As the kind says: {trust}", { trust: TRUST_NAMES[kind.trust] }) : t("Unknown"),
    },
    ...TRUSTS.map((trust) => ({ value: trust, name: TRUST_NAMES[trust] })),
  ];
  const orNull = (value: string): string | null => (value === "" ? null : value);
  return (
    <>
      <div className="side-title">
        <TextField
          label={t("Name")}
          value={zone.name}
          onCommit={(name) => set({ name })}
          disabled={disabled}
          bare
        />
      </div>
      {kind && <p className="fact-help">{kind.description}</p>}
      <Row name={t("Kind")}>
        <Select
          label={t("Kind")}
          choices={kinds}
          value={zone.kind ?? ""}
          disabled={disabled}
          onChoose={(value) => set({ kind: orNull(value) })}
        />
      </Row>
      <Row name={t("Trust")}>
        <Select
          label={t("Trust")}
          choices={trusts}
          value={zone.trust ?? ""}
          disabled={disabled}
          onChoose={(value) => set({ trust: orNull(value) })}
        />
      </Row>
      <Row name={t("Inside")}>
        <Select
          label={t("Inside")}
          choices={placeChoices(doc, t("No other zone"), zoneAndInner(doc, id))}
          value={zone.parent ?? ""}
          disabled={disabled}
          onChoose={(value) => set({ parent: orNull(value) })}
        />
      </Row>
      <ElementFindings id={id} />
      <PlaceFacts kind="zone" id={id} />
      <Actions />
    </>
  );
}
