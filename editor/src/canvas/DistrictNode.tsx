import type { NodeProps } from "@xyflow/react";
import { memo, type ReactElement } from "react";
import { zoneAndInner } from "../document/tree";
import { type Level, LEVELS } from "../document/types";
import { useSession } from "../editor";
import { LevelMark } from "../findings/Badge";
import type { State } from "../sync/state";
import type { DistrictNodeType } from "./nodes";
import { SelectedBy } from "./Peers";
import { LEVEL_NAMES } from "../words/levels";
import { many, t } from "../words/t";

/** Text, so that it stays the same while nothing changed: the count, and the worst level. */
function inside({ doc, badges }: State, zoneId: string): string {
  const rooms = zoneAndInner(doc, zoneId);
  let [count, worst] = [0, -1];
  for (const { id, zone } of doc.component.values()) {
    if (zone === null || !rooms.has(zone)) continue;
    count += 1;
    const level = badges.get(id)?.level ?? null;
    if (level !== null) worst = Math.max(worst, LEVELS.indexOf(level));
  }
  return `${count} ${worst}`;
}

/** A zone from very far: its name, how many components it holds, and their worst risk. */
export const DistrictNode = memo(function DistrictNode({
  data: { zone, trust },
}: NodeProps<DistrictNodeType>): ReactElement {
  const [count = 0, worst = -1] = useSession((state) => inside(state, zone.id))
    .split(" ")
    .map(Number);
  const level: Level | undefined = LEVELS[worst];
  return (
    <div className={`room room-${trust} district`} data-element={zone.id}>
      <div className="district-words">
        <strong>{zone.name || t("Unnamed zone")}</strong>
        <span>{many(count, "{n} component", "{n} components")}</span>
        {level && (
          <span className="district-risk">
            <LevelMark level={level} />
            {LEVEL_NAMES[level]}
          </span>
        )}
      </div>
      <SelectedBy id={zone.id} />
    </div>
  );
});
