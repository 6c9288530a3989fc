import type { ReactElement } from "react";
// The report draws the same icons on paper: one file serves both.
import drawings from "../../../threatmodel/reports/icons.json";

const DRAWINGS: ReadonlyMap<string, string> = new Map(Object.entries(drawings));

interface TypeIconProps {
  type: string;
  icon?: string | undefined;
  size?: number;
}

/**
 * The outline of a component type; decorative, the name always stands beside it.
 *
 * It is looked for under the type's own id, then under the catalog's `icon` word.
 */
export function TypeIcon({ type, icon = "", size = 20 }: TypeIconProps): ReactElement {
  return (
    <svg
      aria-hidden="true"
      className="type-icon"
      width={size}
      height={size}
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.5"
      strokeLinecap="round"
      strokeLinejoin="round"
    >
      <path d={DRAWINGS.get(type) ?? DRAWINGS.get(icon) ?? drawings.other} />
    </svg>
  );
}
