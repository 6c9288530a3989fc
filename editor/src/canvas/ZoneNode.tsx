import { type NodeProps, NodeResizer } from "@xyflow/react";
import { memo, type ReactElement } from "react";
import { CommentCount } from "../comments/CommentCount";
import { resizeZone } from "../document/move";
import { useEditor, useMayEdit, useSession } from "../editor";
import { RiskBadge } from "../findings/Badge";
import type { ZoneNodeType } from "./nodes";
import { SelectedBy } from "./Peers";
import { TRUST_NAMES } from "../words/levels";
import { t } from "../words/t";

/** A tinted room; its tab is what one drags it by, so that one can draw inside it. */
export const ZoneNode = memo(function ZoneNode({
  data: { zone, trust },
  selected,
}: NodeProps<ZoneNodeType>): ReactElement {
  const { session } = useEditor();
  const mayEdit = useMayEdit();
  const badge = useSession((state) => state.badges.get(zone.id));
  const resized = (x: number, y: number, width: number, height: number): void => {
    const { doc } = session.store.get();
    const parent = zone.parent === null ? undefined : doc.zone.get(zone.parent);
    const left = x + (parent?.box[0] ?? 0);
    const top = y + (parent?.box[1] ?? 0);
    session.edit(resizeZone(doc, zone.id, [left, top, width, height]));
  };
  return (
    <div className={`room room-${trust}`} data-element={zone.id}>
      <NodeResizer
        isVisible={selected && mayEdit}
        minWidth={120}
        minHeight={80}
        lineClassName="room-edge"
        handleClassName="room-corner"
        onResizeEnd={(_event, { x, y, width, height }) => resized(x, y, width, height)}
      />
      <div className="zone-tab">
        <span className="zone-name" title={zone.name}>
          {zone.name || t("Unnamed zone")}
        </span>
        <span className="zone-trust">{trust === "unknown" ? t("trust unknown") : TRUST_NAMES[trust]}</span>
        {badge && <RiskBadge badge={badge} />}
        <CommentCount id={zone.id} />
      </div>
      <SelectedBy id={zone.id} />
    </div>
  );
});
