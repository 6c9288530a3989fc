import { Funnel, X } from "lucide-react";
import { type ReactElement, useMemo } from "react";
import { useEditor, useSession, useView } from "../editor";
import { type Lens, type LensChoice, lensChoices } from "./lens";
import { t } from "../words/t";

const GROUPS: readonly [Lens["by"], string][] = [
  ["threat", t("Threats")],
  ["tactic", t("Tactics")],
  ["asset", t("Assets")],
];

const valueOf = ({ by, id }: Lens): string => `${by} ${id}`;

function lensOf(value: string): Lens | null {
  const [by, id] = value.split(" ");
  const known = GROUPS.find(([name]) => name === by);
  return known && id !== undefined ? { by: known[0], id } : null;
}

/** Shows what a threat, a tactic or an asset concerns, and dims the rest. */
export function LensPicker(): ReactElement {
  const { catalog, view } = useEditor();
  const lens = useView((now) => now.lens);
  const doc = useSession((state) => state.doc);
  const findings = useSession((state) => state.findings);
  const choices = useMemo(() => lensChoices(doc, catalog, findings), [catalog, doc, findings]);
  return (
    <span className="lens" data-on={lens !== null}>
      <Funnel size={14} aria-hidden="true" />
      <select
        aria-label={t("Show only what concerns")}
        value={lens ? valueOf(lens) : ""}
        onChange={(event) => view.set({ lens: lensOf(event.target.value) })}
      >
        <option value="">{t("Everything")}</option>
        {GROUPS.map(([by, name]) => (
          <Choices key={by} by={by} name={name} choices={choices[by]} />
        ))}
      </select>
      {lens && (
        <button
          type="button"
          className="icon-button"
          aria-label={t("Show everything again")}
          onClick={() => view.set({ lens: null })}
        >
          <X size={14} />
        </button>
      )}
    </span>
  );
}

interface ChoicesProps {
  by: Lens["by"];
  name: string;
  choices: readonly LensChoice[];
}

function Choices({ by, name, choices }: ChoicesProps): ReactElement | null {
  if (choices.length === 0) return null;
  return (
    <optgroup label={name}>
      {choices.map((choice) => (
        <option key={choice.id} value={valueOf({ by, id: choice.id })}>
          {choice.name} ({choice.count})
        </option>
      ))}
    </optgroup>
  );
}
