import { type ReactElement, useEffect, useMemo, useRef, useState } from "react";
import { useEditor, useSession } from "../editor";
import { LevelWord } from "../findings/Badge";
import { TaskPanel } from "../frame/TaskPanel";
import { Answers } from "./Answers";
import { type Asked, attributeOf, sameQuestion } from "./answers";
import {
  type Asking,
  asking,
  FIRST_SITTING,
  holding,
  lightOf,
  passed,
  type Sitting,
  wentBack,
} from "./sitting";
import "./questions.css";
import { many, t } from "../words/t";

/** One question at a time, for a room full of people: big, plain, answered by a key. */
export default function QuestionsPanel(): ReactElement {
  const doc = useSession((state) => state.doc);
  const findings = useSession((state) => state.findings);
  const [sitting, setSitting] = useState<Sitting>(FIRST_SITTING);
  const now = useMemo(() => asking(sitting, doc, findings.values()), [sitting, doc, findings]);
  const { current } = now;
  useEffect(() => {
    setSitting((before) => holding(before, current));
  }, [current]);
  useSpot(current);
  return (
    <TaskPanel title={t("Questions, one by one")} wide>
      {current ? (
        <>
          <Progress now={now} back={sitting.back} />
          <OneQuestion
            key={sameQuestion(current)}
            asked={current}
            mayGoBack={sitting.back < sitting.trail.length}
            onPass={(as) => setSitting((before) => passed(before, current, as))}
            onBack={() => setSitting(wentBack)}
          />
        </>
      ) : (
        <Done now={now} onAgain={() => setSitting(FIRST_SITTING)} />
      )}
    </TaskPanel>
  );
}

/** What is asked about is lit on the drawing, and brought into sight. */
function useSpot(current: Asked | null): void {
  const { session, view } = useEditor();
  const element = current?.element;
  useEffect(() => {
    if (element === undefined) return undefined;
    const spot = lightOf(session.store.get().doc, element);
    const [id = element] = spot ?? [];
    view.set({ spot });
    // Once the panel has taken its room from the drawing.
    const frame = window.requestAnimationFrame(() => {
      view.set({ reveal: { id, n: (view.get().reveal?.n ?? 0) + 1 } });
    });
    return () => {
      window.cancelAnimationFrame(frame);
      view.set({ spot: null });
    };
  }, [element, session, view]);
}

function Progress({ now, back }: { now: Asking; back: number }): ReactElement {
  const { done, total, putOff } = now;
  return (
    <div className="sitting">
      <progress value={done} max={total} aria-label={t("Questions answered")} />
      <p className="muted">
        {back > 0
          ? t("{back} back", { back })
          : t("{at} of {total}", { at: Math.min(done + 1, total), total })}
        {putOff > 0 && t(", {putOff} put off", { putOff })}
      </p>
    </div>
  );
}

interface OneQuestionProps {
  asked: Asked;
  mayGoBack: boolean;
  onPass: (as: "answered" | "later" | "unknown") => void;
  onBack: () => void;
}

function OneQuestion({ asked, mayGoBack, onPass, onBack }: OneQuestionProps): ReactElement {
  const { catalog } = useEditor();
  const doc = useSession((state) => state.doc);
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    const at = document.activeElement;
    // Whoever is at work on the drawing keeps the focus.
    if (at === document.body || at?.closest(".task")) heading.current?.focus();
  }, []);
  const help = attributeOf(doc, catalog, asked)?.help ?? "";
  return (
    <div className="task-body">
      <h3 className="asked" ref={heading} tabIndex={-1}>
        {asked.text}
      </h3>
      {help !== "" && <p className="asked-help">{help}</p>}
      <Answers asked={asked} mayGoBack={mayGoBack} onPass={onPass} onBack={onBack} />
      <Stake asked={asked} />
    </div>
  );
}

/** What the answer is good for. */
function Stake({ asked }: { asked: Asked }): ReactElement {
  const { settles, mayVanish, range } = asked;
  const [low, high] = range;
  const waits = many(settles, "{n} finding waits for it", "{n} findings wait for it");
  return (
    <p className="stake">
      {waits}
      {mayVanish === settles && t("; may not apply at all")}
      {mayVanish > 0 &&
        mayVanish < settles &&
        t("; {n} of them may not apply at all", { n: mayVanish })}
      . {t("Their risk:")} <LevelWord level={low} />
      {low !== high && (
        <>
          {" "}
          {t("to")} <LevelWord level={high} />
        </>
      )}
    </p>
  );
}

function Done({ now, onAgain }: { now: Asking; onAgain: () => void }): ReactElement {
  const answered = now.total - now.unknown.length;
  return (
    <div className="task-body" role="status">
      <p className="asked">
        {now.total === 0 ? t("Nothing is waiting for an answer.") : t("That was the last one.")}
      </p>
      {now.total === 0 && (
        <p className="asked-help">
          {t(
            "Questions come up as soon as something is drawn whose facts decide whether a threat applies, or how bad it is.",
          )}
        </p>
      )}
      {answered > 0 && <p>{t("{answered} answered.", { answered })}</p>}
      {now.unknown.length > 0 && (
        <>
          <p>
            {t("Nobody here knew {n}; take them to somebody who does:", { n: now.unknown.length })}
          </p>
          <ul className="unknown">
            {now.unknown.map((one) => (
              <li key={sameQuestion(one)}>{one.text}</li>
            ))}
          </ul>
          <button type="button" className="button" onClick={onAgain}>
            {t("Ask them again")}
          </button>
        </>
      )}
    </div>
  );
}
