import { expect, test } from "vitest";
import type { Finding, Question } from "../sync/messages";
import { answerValues, rankQuestions } from "./Questions";

const question = (
  element: string,
  attribute: string,
  kind: Question["kind"] = "boolean",
): Question => ({ element, attribute, text: "?", kind, choices: [] });

const asking = (...questions: Question[]) => ({ questions }) as unknown as Finding;

test("each unknown fact is asked once, what most findings wait for first", () => {
  const ranked = rankQuestions([
    asking(question("c-1", "a")),
    asking(question("c-1", "b"), question("c-1", "a")),
    asking(question("c-2", "a")),
  ]);
  expect(ranked.map(({ element, attribute, settles }) => [element, attribute, settles])).toEqual([
    ["c-1", "a", 2],
    ["c-1", "b", 1],
    ["c-2", "a", 1],
  ]);
});

test.each([
  [question("c-1", "rate_limited"), true, { "attributes.rate_limited": true }],
  [question("c-1", "zone", "zone"), "z-1", { zone: "z-1" }],
  [question("z-1", "trust", "trust"), "hostile", { trust: "hostile" }],
  [question("a-1", "privacy", "level"), "high", { privacy: "high" }],
  [question("c-1", "assets", "asset"), "a-1", { "assets.+": ["a-1"] }],
] as const)("the answer to %o sets what it asks about", (asked, value, values) => {
  expect(answerValues(asked, value)).toEqual(values);
});
