import type { ReactElement } from "react";
import { useSession } from "../editor";
import { Section } from "../inspector/parts";
import type { Finding } from "../sync/messages";
import { FindingItem } from "./FindingItem";
import { rankQuestions } from "../questions/answers";
import { QuestionItem } from "../questions/QuestionList";
import { t } from "../words/t";

const NONE: readonly Finding[] = [];

/** What was found on one element, and the questions that others wait for. */
export function ElementFindings({ id }: { id: string }): ReactElement | null {
  const findings = useSession((state) => state.byElement.get(id) ?? NONE);
  if (findings.length === 0) return null;
  const applying = findings.filter((finding) => finding.applies === "yes");
  const questions = rankQuestions(findings);
  return (
    <>
      {applying.length > 0 && (
        <Section name={t("Findings")}>
          <ul className="finding-list">
            {applying.map((finding) => (
              <FindingItem key={finding.key} finding={finding} />
            ))}
          </ul>
        </Section>
      )}
      {questions.length > 0 && (
        <Section name={t("Questions")}>
          <ul className="questions">
            {questions.map((question) => (
              <QuestionItem key={`${question.element} ${question.attribute}`} question={question} />
            ))}
          </ul>
        </Section>
      )}
    </>
  );
}
