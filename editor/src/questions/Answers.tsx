import { type ReactElement, type RefObject, useEffect, useRef } from "react";
import { collectionOf } from "../document/edits";
import { useEditor, useMayEdit, useSession } from "../editor";
import { AssetFacts } from "../inspector/Assets";
import { TextField } from "../inspector/fields";
import { plain } from "../keys";
import { answerValues, type Asked, attributeOf, choicesOf, scalarOf, valueOf } from "./answers";
import { t } from "../words/t";

interface AnswersProps {
  asked: Asked;
  mayGoBack: boolean;
  onPass: (as: "answered" | "later" | "unknown") => void;
  onBack: () => void;
}

/** The answers as buttons, each with its key; what is chosen is one edit, and one undo. */
export function Answers({ asked, mayGoBack, onPass, onBack }: AnswersProps): ReactElement {
  const { session } = useEditor();
  const mayEdit = useMayEdit();
  const doc = useSession((state) => state.doc);
  const choices = choicesOf(asked, doc);
  const known = valueOf(doc, asked);
  const give = (value: string | number | boolean): void => {
    const kind = collectionOf(doc, asked.element);
    if (kind === null || !mayEdit) return;
    const changes = [{ kind, id: asked.element, set: answerValues(asked, value) }];
    if (session.edit(changes)) onPass("answered");
  };
  const place = useKeys((key) => {
    const choice = choices[Number(key) - 1];
    if (choice) give(scalarOf(asked, choice.value));
    else if (key === "u") onPass("unknown");
    else if (key === "ArrowRight") onPass("later");
    else if (key === "ArrowLeft" && mayGoBack) onBack();
    else return false;
    return true;
  });
  return (
    <div className="answers" ref={place}>
      {choices.map(({ value, name }, i) => (
        <button
          key={value}
          type="button"
          className="answer"
          disabled={!mayEdit}
          aria-pressed={known !== undefined && String(known) === value}
          onClick={() => give(scalarOf(asked, value))}
        >
          {i < 9 && <kbd aria-hidden="true">{i + 1}</kbd>}
          <span>{name}</span>
        </button>
      ))}
      {asked.kind === "number" && <Amount asked={asked} disabled={!mayEdit} onGive={give} />}
      <Levels asked={asked} onGo={() => onPass(known === undefined ? "later" : "answered")} />
      {asked.kind === "asset" && choices.length === 0 && (
        <p className="asked-help">
          {t("No asset is named yet: close this, select the element and name one under Facts.")}
        </p>
      )}
      <button type="button" className="answer answer-unknown" onClick={() => onPass("unknown")}>
        <kbd aria-hidden="true">U</kbd>
        <span>{t("We do not know")}</span>
      </button>
      <div className="answer-walk">
        <button type="button" className="button" disabled={!mayGoBack} onClick={onBack}>
          <kbd aria-hidden="true">←</kbd> {t("Back")}
        </button>
        <button type="button" className="button" onClick={() => onPass("later")}>
          {t("Later")} <kbd aria-hidden="true">→</kbd>
        </button>
        <span className="muted">{t("Ctrl Z takes an answer back")}</span>
      </div>
    </div>
  );
}

interface AmountProps {
  asked: Asked;
  disabled: boolean;
  onGive: (value: number) => void;
}

function Amount({ asked, disabled, onGive }: AmountProps): ReactElement {
  const { catalog } = useEditor();
  const doc = useSession((state) => state.doc);
  const commit = (text: string): void => {
    const value = Number(text.replace(",", "."));
    if (text !== "" && Number.isFinite(value)) onGive(value);
  };
  return (
    <span className="amount">
      <TextField
        label={asked.text}
        value={String(valueOf(doc, asked) ?? "")}
        onCommit={commit}
        disabled={disabled}
        maxLength={16}
      />
      <span className="muted">{attributeOf(doc, catalog, asked)?.unit}</span>
    </span>
  );
}

/** How bad the loss of an asset would be: several answers to one question. */
function Levels({ asked, onGo }: { asked: Asked; onGo: () => void }): ReactElement | null {
  const asset = useSession((state) => state.doc.asset.get(asked.element));
  if (!asset || asked.attribute !== "levels") return null;
  return (
    <>
      <AssetFacts asset={asset} />
      <button type="button" className="button button-main" onClick={onGo}>
        {t("Go on")}
      </button>
    </>
  );
}

const FIELDS = "input, textarea, select, [contenteditable=true], dialog";

/** Keys for a room: they work unless somebody types, or walks through the drawing itself. */
function useKeys(act: (key: string) => boolean): RefObject<HTMLDivElement | null> {
  const place = useRef<HTMLDivElement>(null);
  const now = useRef(act);
  useEffect(() => {
    now.current = act;
  });
  useEffect(() => {
    const pressed = (event: KeyboardEvent): void => {
      const at = event.target instanceof Element ? event.target : null;
      const here = at === document.body || at?.closest(".task") != null;
      if (!plain(event) || event.shiftKey || !here || at?.closest(FIELDS)) return;
      const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
      const done = key === "ArrowDown" || key === "ArrowUp" ? walk(place, key) : now.current(key);
      if (done) event.preventDefault();
    };
    // Before the shortcuts of the drawing, which know the digits too.
    document.addEventListener("keydown", pressed, true);
    return () => document.removeEventListener("keydown", pressed, true);
  }, []);
  return place;
}

/** Up and down along the answers, round and round. */
function walk(place: RefObject<HTMLDivElement | null>, key: string): boolean {
  const buttons = [...(place.current?.querySelectorAll<HTMLElement>(".answer:enabled") ?? [])];
  const at = buttons.indexOf(document.activeElement as HTMLElement);
  const next = key === "ArrowDown" ? at + 1 : at < 0 ? -1 : at - 1;
  buttons.at(next % buttons.length)?.focus();
  return buttons.length > 0;
}
