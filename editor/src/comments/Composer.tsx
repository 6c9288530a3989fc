import { type KeyboardEvent, type ReactElement, useId, useRef, useState } from "react";
import { complete, mentioned, offered } from "./mentions";
import { usePeople } from "./use";
import { t } from "../words/t";

const MOST = 10_000;

interface Props {
  label: string;
  verb: string;
  text?: string;
  /** Gives whether it was taken; what was not stays to be sent again. */
  send: (text: string, mentions: readonly number[]) => Promise<boolean>;
  cancel?: () => void;
}

/** Where a comment is written; an @ offers names. */
export function Composer({ label, verb, text = "", send, cancel }: Props): ReactElement {
  const people = usePeople();
  const [written, setWritten] = useState(text);
  const [caret, setCaret] = useState(0);
  const [busy, setBusy] = useState(false);
  const field = useRef<HTMLTextAreaElement>(null);
  const id = useId();
  const names = offered(written.slice(0, caret), people);

  const choose = (name: string): void => {
    const done = complete(written, caret, name);
    setWritten(done.text);
    setCaret(done.caret);
    field.current?.focus();
  };
  const submit = async (): Promise<void> => {
    if (written.trim() === "" || busy) return;
    setBusy(true);
    if (await send(written, mentioned(written, people))) setWritten("");
    setBusy(false);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    event.stopPropagation();
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) void submit();
    if (event.key === "Escape") cancel?.();
  };

  return (
    <form
      className="composer"
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      <label htmlFor={id}>{label}</label>
      <textarea
        id={id}
        ref={field}
        value={written}
        rows={2}
        maxLength={MOST}
        aria-describedby={`${id}-names`}
        onChange={(event) => {
          setWritten(event.target.value);
          setCaret(event.target.selectionStart);
        }}
        onSelect={(event) => setCaret(event.currentTarget.selectionStart)}
        onKeyDown={onKeyDown}
      />
      <div className="composer-names" id={`${id}-names`} aria-live="polite">
        {names.map((one) => (
          <button type="button" key={one.id} className="chip" onClick={() => choose(one.name)}>
            @{one.name}
          </button>
        ))}
      </div>
      <div className="composer-acts">
        <button type="submit" className="button" disabled={busy || written.trim() === ""}>
          {verb}
        </button>
        {cancel && (
          <button type="button" className="button quiet" onClick={cancel}>
            {t("Cancel")}
          </button>
        )}
        <span className="muted">{t("@ names somebody")}</span>
      </div>
    </form>
  );
}
