import type { Catalog } from "../document/catalog";
import { groupBy } from "../document/group";
import { centre, zoneAt } from "../document/tree";
import type { Component, Doc, Flow, Note } from "../document/types";
import { t } from "../words/t";

export interface OutlineRow {
  id: string;
  name: string;
  kind: string;
  where: string;
  icon: string;
  depth: number;
}

/** The drawing in reading order: zones, what stands in each, flows with their start; then notes. */
export function outlineRows(doc: Doc, catalog: Catalog): OutlineRow[] {
  const rows: OutlineRow[] = [];
  const flowsFrom = groupBy(doc.flow.values(), (flow) => flow.source);
  const componentsIn = groupBy(doc.component.values(), (component) => component.zone);
  const zonesIn = groupBy(doc.zone.values(), (zone) => zone.parent);

  const addFlow = (flow: Flow, depth: number): void => {
    const kind = catalog.flowKinds.get(flow.kind)?.name ?? flow.kind;
    const target = doc.component.get(flow.target)?.name ?? "";
    rows.push({
      id: flow.id,
      name: flow.name || kind,
      kind: t("{kind} flow", { kind }),
      where: t("to {target}", { target }),
      icon: "other",
      depth,
    });
  };
  const addComponent = (component: Component, where: string, depth: number): void => {
    rows.push({
      id: component.id,
      name: component.name || t("Unnamed"),
      kind: catalog.typeName(component.type),
      where,
      icon: component.type,
      depth,
    });
    for (const flow of flowsFrom.get(component.id) ?? []) addFlow(flow, depth + 1);
  };
  const addNote = (note: Note): void => {
    const zone = doc.zone.get(zoneAt(doc, ...centre(note.box)) ?? "");
    const where = zone ? t("on {name}", { name: zone.name }) : t("on the sheet");
    rows.push({
      id: note.id,
      name: note.text || t("Empty note"),
      kind: t("Note"),
      where,
      icon: "note",
      depth: 0,
    });
  };
  const addZones = (parent: string | null, depth: number): void => {
    for (const zone of zonesIn.get(parent) ?? []) {
      const kind = catalog.zoneKindName(zone.kind);
      rows.push({
        id: zone.id,
        name: zone.name || t("Unnamed zone"),
        kind,
        icon: "zone",
        depth,
        where: parent === null ? "" : t("in {name}", { name: doc.zone.get(parent)?.name ?? "" }),
      });
      addZones(zone.id, depth + 1);
      for (const one of componentsIn.get(zone.id) ?? [])
        addComponent(one, t("in {name}", { name: zone.name }), depth + 1);
    }
  };
  addZones(null, 0);
  for (const component of componentsIn.get(null) ?? []) addComponent(component, t("in no zone"), 0);
  for (const note of doc.note.values()) addNote(note);
  return rows;
}
