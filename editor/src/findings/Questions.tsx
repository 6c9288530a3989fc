import { type ReactElement, useMemo } from "react";
import { collectionOf } from "../document/edits";
import { LEVELS, type Scalar, TRUSTS } from "../document/types";
import { select, useEditor, useMayEdit, useSession } from "../editor";
import { AttributeControl, Select, spoken } from "../inspector/fields";
import { placeChoices } from "../inspector/parts";
import type { Finding, Question } from "../sync/messages";

/** Facts of the drawing, as opposed to attributes from the catalog. */
const OWN_VALUES = new Set(["zone", "trust", "type", "kind", "parent", "personal"]);

/** The dotted key that an answer sets. */
function keyOf(question: Question): string {
  const own = OWN_VALUES.has(question.attribute) || question.kind === "level";
  return own ? question.attribute : `attributes.${question.attribute}`;
}

export interface Asked extends Question {
  /** How many findings wait for it. */
  settles: number;
}

const sameQuestion = (question: Question): string => `${question.element} ${question.attribute}`;

/** Each unknown fact once, the one that most findings wait for first. */
export function rankQuestions(findings: Iterable<Finding>): Asked[] {
  const asked = new Map<string, Asked>();
  for (const finding of findings) {
    for (const question of finding.questions) {
      const known = asked.get(sameQuestion(question));
      asked.set(sameQuestion(question), { ...question, settles: (known?.settles ?? 0) + 1 });
    }
  }
  return [...asked.values()].sort((a, b) => b.settles - a.settles);
}

/** One question with its answer in place: a click answers it, and findings follow. */
export function QuestionItem({ question }: { question: Question }): ReactElement | null {
  const editor = useEditor();
  const { session } = editor;
  const disabled = !useMayEdit();
  const doc = useSession((state) => state.doc);
  const kind = collectionOf(doc, question.element);
  if (kind === null) return null;
  const answer = (value: Scalar | null): void => {
    session.edit([{ kind, id: question.element, set: { [keyOf(question)]: value } }]);
  };
  return (
    <li className="question">
      <button
        type="button" className="question-text"
        onClick={() => select(editor, [question.element], true)}
      >{question.text}</button>
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
      id: question.attribute, kind: question.kind, question: question.text, help: "",
      choices: question.choices, unit: "",
    };
    return (
      <AttributeControl attribute={attribute} value={undefined} onSet={onAnswer} disabled={disabled} />
    );
  }
  const words: readonly string[] = question.kind === "trust" ? TRUSTS : LEVELS;
  const choices = question.kind === "zone"
    ? placeChoices(doc)
    : [{ value: "", name: "Unknown" }, ...words.map((word) => ({ value: word, name: spoken(word) }))];
  return (
    <Select
      label={question.text} choices={choices} value="" disabled={disabled}
      onChoose={(value) => onAnswer(value === "" ? null : value)}
    />
  );
}

export function QuestionList({ most = Infinity }: { most?: number }): ReactElement {
  const findings = useSession((state) => state.findings);
  const questions = useMemo(() => rankQuestions(findings.values()), [findings]);
  if (questions.length === 0) {
    return <p className="fact-help">Nothing is waiting for an answer.</p>;
  }
  return (
    <>
      <ul className="questions">
        {questions.slice(0, most).map((question) => (
          <QuestionItem key={sameQuestion(question)} question={question} />
        ))}
      </ul>
      {questions.length > most && (
        <p className="fact-help">{questions.length - most} more wait under Findings.</p>
      )}
    </>
  );
}
