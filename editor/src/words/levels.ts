import type { Level } from "../document/types";
import { t } from "./t";

/** How the document's levels are called. */
export const LEVEL_NAMES: Readonly<Record<Level, string>> = {
  "very low": t("very low"),
  low: t("low"),
  moderate: t("moderate"),
  high: t("high"),
  "very high": t("very high"),
};
