import type { Level, Trust } from "../document/types";
import { t } from "./t";

/* How the document's own words are called. */

export const LEVEL_NAMES: Readonly<Record<Level, string>> = {
  "very low": t("very low"),
  low: t("low"),
  moderate: t("moderate"),
  high: t("high"),
  "very high": t("very high"),
};

/** Where there is no room for the word. */
export const LEVEL_LETTERS: Readonly<Record<Level, string>> = {
  "very low": "VL",
  low: "L",
  moderate: "M",
  high: "H",
  "very high": "VH",
};

export const TRUST_NAMES: Readonly<Record<Trust, string>> = {
  hostile: t("hostile"),
  public: t("public"),
  shared: t("shared"),
  internal: t("internal"),
  restricted: t("restricted"),
};
