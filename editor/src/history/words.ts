import type { LogLine } from "./messages";
import { when } from "../words/when";
import { t } from "../words/t";

/** The whole line in one sentence, for the slider's value and for the banner. */
export function sentence(line: LogLine | null, revision: number): string {
  if (!line) return t("Revision {revision}", { revision });
  const by = line.by ? t(", by {name}", { name: line.by.name }) : "";
  const at = line.at === null ? "" : `, ${when(line.at)}`;
  return t("Revision {revision}{by}{at}: {told}", { revision, by, at, told: line.told });
}

/** A property's value for people: what nobody said is unknown. */
export function told(value: unknown): string {
  if (value === null || value === undefined || value === "") return t("unknown");
  if (value === true) return t("yes");
  if (value === false) return t("no");
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return text.length > 120 ? `${text.slice(0, 120)}…` : text;
}

/** `attributes.returns_scores` reads "returns scores". */
export function property(name: string): string {
  return name.slice(name.lastIndexOf(".") + 1).replaceAll("_", " ");
}
