import { type ReactElement, useMemo, useState } from "react";
import { collectionOf } from "../document/edits";
import type { Scalar } from "../document/types";
import { select, useEditor, useMayEdit, useSession } from "../editor";
import { toggleTask } from "../frame/tasks";
import { AssetFacts } from "../inspector/Assets";
import { AttributeControl, Select } from "../inspector/fields";
import type { Question } from "../sync/messages";
import { answerValues, attributeOf, choicesOf, rankQuestions, sameQuestion } from "./answers";
import { t } from "../words/t";

const UNKNOWN = { value: "", name: t("Unknown") };

/** One question with its answer in place: a click answers it, and findings follow. */
export function QuestionItem({ question }: { question: Question }): ReactElement | null {
  const editor = useEditor();
  const { session } = editor;
  const disabled = !useMayEdit();
  const doc = useSession((state) => state.doc);
  const kind = collectionOf(doc, question.element);
  if (kind === null) return null;
  const help = attributeOf(doc, editor.catalog, question)?.help;
  const answer = (value: Scalar | null): void => {
    session.edit([{ kind, id: question.element, set: answerValues(question, value) }]);
  };
  return (
    <li className="question">
      <button
        type="button"
        className="question-text"
        onClick={() => select(editor, [question.element], true)}
      >
        {question.text}
      </button>
      {help && <p className="fact-help">{help}</p>}
      <Answer question={question} onAnswer={answer} disabled={disabled} />
    </li>
  );
}

interface AnswerProps {
  question: Question;
  onAnswer: (value: Scalar | null) => void;
  disabled: boolean;
}

function Answer({ question, onAnswer, disabled }: AnswerProps): ReactElement {
  const doc = useSession((state) => state.doc);
  if (question.kind === "boolean" || question.kind === "choice" || question.kind === "number") {
    const attribute = {
      id: question.attribute,
      kind: question.kind,
      question: question.text,
      help: "",
      choices: question.choices,
      unit: "",
    };
    return (
      <AttributeControl
        attribute={attribute}
        value={undefined}
        onSet={onAnswer}
        disabled={disabled}
      />
    );
  }
  const asset = doc.asset.get(question.element);
  if (asset && question.attribute === "levels") return <AssetFacts asset={asset} />;
  return (
    <Select
      label={question.text}
      choices={[UNKNOWN, ...choicesOf(question, doc)]}
      value=""
      disabled={disabled}
      onChoose={(value) => onAnswer(value === "" ? null : value)}
    />
  );
}

const MORE = 20;

/** So many at first; people answer a few at a time, and thousands would be slow to draw. */
export function QuestionList({ first }: { first: number }): ReactElement {
  const editor = useEditor();
  const findings = useSession((state) => state.findings);
  const [most, setMost] = useState(first);
  const questions = useMemo(() => rankQuestions(findings.values()), [findings]);
  const mayEdit = useMayEdit();
  if (questions.length === 0) {
    return <p className="fact-help">{t("Nothing is waiting for an answer.")}</p>;
  }
  return (
    <>
      {mayEdit ? (
        <button type="button" className="button" onClick={() => toggleTask(editor, "questions")}>
          {t("Answer one by one")}
        </button>
      ) : (
        <p className="fact-help">{t("Those who may draw answer them; you see what is open.")}</p>
      )}
      <ul className="questions">
        {questions.slice(0, most).map((question) => (
          <QuestionItem key={sameQuestion(question)} question={question} />
        ))}
      </ul>
      {questions.length > most && (
        <button type="button" className="button" onClick={() => setMost(most + MORE)}>
          {t("Show {n} more", { n: Math.min(MORE, questions.length - most) })}
        </button>
      )}
    </>
  );
}
