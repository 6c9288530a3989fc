import { type ReactElement, useEffect, useId, useState } from "react";
import type { Attribute } from "../document/catalog";
import type { Scalar } from "../document/types";
import { t } from "../words/t";

interface TextFieldProps {
  label: string;
  value: string;
  onCommit: (value: string) => void;
  disabled?: boolean;
  multiline?: boolean;
  /** Looks like text until it has the focus. */
  bare?: boolean;
  maxLength?: number;
  placeholder?: string;
}

/** Writes on Enter or on leaving, not on every key: one edit, one step of undo. Esc gives up. */
export function TextField({
  label,
  value,
  onCommit,
  disabled = false,
  multiline = false,
  bare = false,
  maxLength = 200,
  placeholder = "",
}: TextFieldProps): ReactElement {
  const [text, setText] = useState(value);
  const [editing, setEditing] = useState(false);
  useEffect(() => {
    if (!editing) setText(value);
  }, [value, editing]);
  const commit = (): void => {
    setEditing(false);
    if (text.trim() !== value) onCommit(text.trim());
  };
  const common = {
    "aria-label": label,
    className: bare ? "input input-bare" : "input",
    value: text,
    disabled,
    maxLength,
    placeholder,
    onFocus: () => setEditing(true),
    onBlur: commit,
    onChange: (event: { target: { value: string } }) => setText(event.target.value),
  };
  if (multiline) return <textarea rows={3} {...common} />;
  return (
    <input
      type="text"
      {...common}
      autoComplete="off"
      onKeyDown={(event) => {
        if (event.key === "Enter") event.currentTarget.blur();
        if (event.key === "Escape") {
          setText(value);
          setEditing(false);
        }
      }}
    />
  );
}

export interface Choice {
  value: string;
  name: string;
}

interface ChoicesProps {
  label: string;
  choices: readonly Choice[];
  value: string;
  onChoose: (value: string) => void;
  disabled?: boolean;
}

/** A radio group that looks like one control: arrows walk it, Tab leaves it. */
export function Segments({
  label,
  choices,
  value,
  onChoose,
  disabled = false,
}: ChoicesProps): ReactElement {
  const group = useId();
  return (
    <div className="segments" role="radiogroup" aria-label={label}>
      {choices.map((choice) => (
        <label key={choice.value} className={choice.value === value ? "segment on" : "segment"}>
          <input
            type="radio"
            name={group}
            checked={choice.value === value}
            disabled={disabled}
            onChange={() => onChoose(choice.value)}
          />
          {choice.name}
        </label>
      ))}
    </div>
  );
}

export function Select({
  label,
  choices,
  value,
  onChoose,
  disabled = false,
}: ChoicesProps): ReactElement {
  return (
    <select
      className="input"
      aria-label={label}
      value={value}
      disabled={disabled}
      onChange={(event) => onChoose(event.target.value)}
    >
      {choices.map((choice) => (
        <option key={choice.value} value={choice.value}>
          {choice.name}
        </option>
      ))}
    </select>
  );
}

/** Words of an id: `self_signup` reads "self signup". */
export const spoken = (id: string): string => id.replace(/[_-]+/g, " ");

export const YES_NO_UNKNOWN: readonly Choice[] = [
  { value: "true", name: t("Yes") },
  { value: "false", name: t("No") },
  { value: "", name: t("Unknown") },
];

interface AttributeFieldProps {
  attribute: Attribute;
  value: Scalar | undefined;
  implied: Scalar | undefined;
  onSet: (value: Scalar | null) => void;
  disabled: boolean;
}

/** One fact: its question, and yes, no or unknown; unknown is always an answer. */
export function AttributeField({
  attribute,
  value,
  implied,
  onSet,
  disabled,
}: AttributeFieldProps): ReactElement {
  const shown = value ?? implied;
  return (
    <div className="fact">
      <p className="fact-question" title={attribute.help}>
        {attribute.question}
      </p>
      <AttributeControl attribute={attribute} value={shown} onSet={onSet} disabled={disabled} />
      {value === undefined && implied !== undefined && (
        <p className="fact-help">{t("Follows from the type.")}</p>
      )}
      {attribute.help !== "" && <p className="fact-help">{attribute.help}</p>}
    </div>
  );
}

type ControlProps = Omit<AttributeFieldProps, "implied">;

export function AttributeControl({
  attribute,
  value,
  onSet,
  disabled,
}: ControlProps): ReactElement {
  const label = attribute.question;
  if (attribute.kind === "boolean") {
    return (
      <Segments
        label={label}
        choices={YES_NO_UNKNOWN}
        disabled={disabled}
        value={value === undefined ? "" : String(value)}
        onChoose={(chosen) => onSet(chosen === "" ? null : chosen === "true")}
      />
    );
  }
  if (attribute.kind === "choice") {
    const choices = [
      ...attribute.choices.map((choice) => ({ value: choice, name: spoken(choice) })),
      { value: "", name: t("Unknown") },
    ];
    const short = choices.length <= 4 && choices.every((choice) => choice.name.length <= 12);
    const Control = short ? Segments : Select;
    return (
      <Control
        label={label}
        choices={choices}
        value={String(value ?? "")}
        disabled={disabled}
        onChoose={(chosen) => onSet(chosen === "" ? null : chosen)}
      />
    );
  }
  return <NumberField attribute={attribute} value={value} onSet={onSet} disabled={disabled} />;
}

function NumberField({ attribute, value, onSet, disabled }: ControlProps): ReactElement {
  const commit = (text: string): void => {
    const number = Number(text.replace(",", "."));
    if (text === "") onSet(null);
    else if (Number.isFinite(number)) onSet(number);
  };
  return (
    <span className="amount">
      <TextField
        label={attribute.question}
        value={value === undefined ? "" : String(value)}
        onCommit={commit}
        disabled={disabled}
        maxLength={16}
      />
      <span className="muted">{value === undefined ? t("unknown") : attribute.unit}</span>
    </span>
  );
}
