/* What findings lie on, by the drawing's names as they are now: the server spells them when a
   finding changes, and a new name changes none. Spelled as by `threatmodel/core/grouping.py`. */
import type { Catalog } from "../document/catalog";
import type { Doc } from "../document/types";
import { t } from "../words/t";

/** An element's name; a flow without one is called by its ends. */
export function elementName(doc: Doc, id: string): string {
  const flow = doc.flow.get(id);
  if (!flow) return (doc.component.get(id) ?? doc.zone.get(id) ?? doc.asset.get(id))?.name || id;
  const [source, target] = [elementName(doc, flow.source), elementName(doc, flow.target)];
  return flow.name || t("{source} to {target}", { source, target });
}

/** What a row is called: what one adversary does in one place, or what waits for facts about it. */
export function rowTitle(cause: string, doc: Doc, catalog: Catalog): string {
  const at = cause.lastIndexOf("@");
  const place = cause.slice(at + 1);
  const name = place.includes(">") ? betweenZones(place, doc) : elementName(doc, place);
  if (at === 0) return t("{name}, waiting for answers", { name });
  if (place.includes(">")) return name;
  const adversary = adversaryName(cause.slice(0, Math.max(at, 0)), doc, catalog);
  return t("{adversary} at {name}", { adversary, name });
}

function betweenZones(zones: string, doc: Doc): string {
  const [source = "", target = ""] = zones
    .split(">")
    .map((zone) => (zone === "" ? t("no zone") : elementName(doc, zone)));
  if (source === target) return t("Flows within {zone}", { zone: source });
  return t("Flows from {source} to {target}", { source, target });
}

function adversaryName(id: string, doc: Doc, catalog: Catalog): string {
  const own = doc.adversary.get(id)?.name;
  if (typeof own === "string" && own !== "") return own;
  return catalog.data.adversaries?.find((one) => one.id === id)?.name ?? id;
}
