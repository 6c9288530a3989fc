import { type ReactElement, useState } from "react";
import type { Flow, Values } from "../document/types";
import { useSession } from "../editor";
import { type Choice, Select } from "./fields";
import { Row } from "./parts";
import { t } from "../words/t";

interface FlowEndsProps {
  flow: Flow;
  onSet: (set: Values) => void;
}

/** The flow's ends as choices: by keyboard what dragging an end is by hand. */
export function FlowEnds({ flow, onSet }: FlowEndsProps): ReactElement {
  return (
    <>
      <End
        label={t("From")}
        at={flow.source}
        other={flow.target}
        onChoose={(source) => onSet({ source, points: [] })}
      />
      <End
        label={t("To")}
        at={flow.target}
        other={flow.source}
        onChoose={(target) => onSet({ target, points: [] })}
      />
    </>
  );
}

interface EndProps {
  label: string;
  at: string;
  other: string;
  onChoose: (id: string) => void;
}

/** A thousand components are listed once somebody comes to choose, not for each flow selected. */
function End({ label, at, other, onChoose }: EndProps): ReactElement {
  const [near, setNear] = useState(false);
  const components = useSession((state) => state.doc.component);
  const come = (): void => setNear(true);
  const listed = near ? [...components.values()] : [components.get(at)];
  const choices = listed.flatMap((one): Choice[] =>
    one && one.id !== other ? [{ value: one.id, name: one.name || t("Unnamed") }] : [],
  );
  return (
    <div onFocus={come} onPointerEnter={come}>
      <Row name={label}>
        <Select label={label} choices={choices} value={at} onChoose={onChoose} />
      </Row>
    </div>
  );
}
