import { ChevronLeft, ChevronRight } from "lucide-react";
import { type KeyboardEvent, type ReactElement, useEffect, useRef } from "react";
import { useEditor } from "../editor";
import { goTo, stepBy } from "./stepping";
import type { ShownWay, Step } from "./ways";
import { fallText, stepChance } from "./words";
import { t } from "../words/t";

const ARROWS: Readonly<Record<string, 1 | -1>> = {
  ArrowRight: 1,
  ArrowDown: 1,
  ArrowLeft: -1,
  ArrowUp: -1,
};

/** The steps of the drawn way. Arrows walk them here, comma and full stop wherever one is. */
export function Steps({ shown }: { shown: ShownWay }): ReactElement {
  const editor = useEditor();
  const { steps } = shown.way;
  const list = useRef<HTMLOListElement>(null);
  useEffect(() => {
    list.current?.querySelector("[aria-current]")?.scrollIntoView({ block: "nearest" });
  }, [shown.step]);
  const walk = (event: KeyboardEvent): void => {
    const by = ARROWS[event.key];
    if (by === undefined) return;
    event.preventDefault();
    stepBy(editor, by);
  };
  return (
    <div className="way-walk" role="group" aria-label={t("Steps of this way")} onKeyDown={walk}>
      <div className="way-keys">
        <button
          type="button"
          className="button"
          disabled={shown.step === 0}
          onClick={() => stepBy(editor, -1)}
        >
          <ChevronLeft size={14} aria-hidden="true" />
          {t("Back")} <kbd>,</kbd>
        </button>
        <button
          type="button"
          className="button"
          disabled={shown.step === steps.length - 1}
          onClick={() => stepBy(editor, 1)}
        >
          {t("Next")} <kbd>.</kbd>
          <ChevronRight size={14} aria-hidden="true" />
        </button>
        <span className="muted">
          {t("Step {step} of {n}", { step: shown.step + 1, n: steps.length })}
        </span>
      </div>
      <p className="visually-hidden" role="status">
        {announced(shown)}
      </p>
      <ol className="way-steps" ref={list}>
        {steps.map((step, i) => (
          <li key={`${i} ${step.text}`} {...(i === shown.step ? { "aria-current": "step" } : {})}>
            <button type="button" onClick={() => goTo(editor, i)}>
              <span className="way-rank">{i + 1}</span>
              <span>{step.text}</span>
              <span className="muted">{stepChance(step)}</span>
            </button>
            {i === shown.step && <Stops step={step} />}
          </li>
        ))}
      </ol>
    </div>
  );
}

function announced({ way, step: i }: ShownWay): string {
  const step = way.steps[i];
  if (!step) return "";
  const [best] = step.stops;
  const stop = best ? t(" What stops it best: {fall}", { fall: fallText(best) }) : "";
  return t("Step {i} of {n}. {text} {chance}{stop}", {
    i: i + 1,
    n: way.steps.length,
    text: step.text,
    chance: stepChance(step),
    stop,
  });
}

function Stops({ step }: { step: Step }): ReactElement | null {
  if (step.stops.length === 0) {
    return (
      <p className="way-stops fact-help">{t("No control of the catalog bears on this step.")}</p>
    );
  }
  return (
    <ul className="way-stops" aria-label={t("What stops it")}>
      {step.stops.map((fall) => (
        <li key={`${fall.kind} ${fall.control} ${fall.place}`}>{fallText(fall)}</li>
      ))}
    </ul>
  );
}
