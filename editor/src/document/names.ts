import { collectionOf } from "./edits";
import type { Doc } from "./types";
import { t } from "../words/t";

/** What an element is called; empty for what is not there. */
export function nameOf(doc: Doc, id: string): string {
  const kind = collectionOf(doc, id);
  const row = kind && (doc[kind].get(id) as { name?: unknown; text?: unknown } | undefined);
  const said = row?.name ?? row?.text ?? "";
  return typeof said === "string" && said !== "" ? said : kind ? t("unnamed {kind}", { kind }) : "";
}
