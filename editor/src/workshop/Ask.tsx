import { type ReactElement, useMemo } from "react";
import { useSession } from "../editor";
import { rankQuestions, sameQuestion } from "../questions/answers";
import { QuestionItem } from "../questions/QuestionList";
import { Steps } from "./Steps";
import type { Focus } from "./types";
import type { Room } from "./useRoom";
import { many, t } from "../words/t";

type Asked = Extract<Focus, { kind: "question" }>;

/** One question at a time, the same on every screen; whoever may draw answers it. */
export function Ask({ room }: { room: Room }): ReactElement {
  const findings = useSession((state) => state.findings);
  const questions = useMemo(() => rankQuestions(findings.values()), [findings]);
  const { focus } = room.workshop;
  const at = questions.findIndex((one) => isAsked(focus, one));
  const question = questions[at];
  const go = (to: number): void => {
    const next = questions[to];
    if (!next) return;
    const { element, attribute } = next;
    void room.steer({ focus: { kind: "question", element, attribute } satisfies Asked });
  };
  return (
    <section className="facts-part" aria-label={t("Question")}>
      <h3>
        {question ? t("Question {at} of {n}", { at: at + 1, n: questions.length }) : t("Questions")}
      </h3>
      {question ? (
        <ul className="questions workshop-question">
          <QuestionItem key={sameQuestion(question)} question={question} />
        </ul>
      ) : (
        <p className="fact-help">
          {words(questions.length, room.leads, focus?.kind === "question")}
        </p>
      )}
      {question && (
        <p className="fact-help">
          {many(question.settles, "{n} finding waits for it.", "{n} findings wait for it.")}
        </p>
      )}
      {room.leads && questions.length > 0 && (
        <Steps
          at={at}
          count={questions.length}
          go={go}
          next={at < 0 ? t("Ask the first") : t("Next question")}
          primary
        />
      )}
    </section>
  );
}

function isAsked(focus: Focus | null, one: { element: string; attribute: string }): boolean {
  return (
    focus?.kind === "question" && focus.element === one.element && focus.attribute === one.attribute
  );
}

function words(count: number, leads: boolean, asked: boolean): string {
  if (count === 0) return t("Nothing is waiting for an answer.");
  if (asked) return t("That is answered.");
  const unknown = many(count, "{n} fact is not known.", "{n} facts are not known.");
  const next = leads
    ? t("Ask first what most findings wait for.")
    : t("The leader asks one by one.");
  return `${unknown} ${next}`;
}
