import { expect, test } from "vitest";
import type { Level } from "../document/types";
import type { Finding, Question } from "../sync/messages";
import { sampleDocument } from "../testing/sample";
import { sampleFinding } from "../testing/finding";
import { answerValues, choicesOf, rankQuestions, scalarOf, valueOf } from "./answers";

const question = (
  element: string,
  attribute: string,
  kind: Question["kind"] = "boolean",
): Question => ({ element, attribute, text: "?", kind, choices: [] });

const asking = (...questions: Question[]): Finding =>
  sampleFinding("evasion@c-api", "moderate", { questions });

const ranging = (from: Level, to: Level, ...questions: Question[]): Finding => {
  const { risk, ...finding } = asking(...questions);
  return { ...finding, risk: { ...risk, range: [from, to] } };
};

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

test("of two that as many wait for, the one with more at stake comes first", () => {
  const ranked = rankQuestions([
    ranging("low", "moderate", question("c-1", "a")),
    ranging("low", "very high", question("c-1", "b")),
    { ...ranging("low", "low", question("c-1", "c")), applies: "conditional" },
  ]);
  expect(ranked.map(({ attribute }) => attribute)).toEqual(["b", "c", "a"]);
});

test("a question says how far the risk behind it reaches, and what may not apply", () => {
  const [ranked] = rankQuestions([
    ranging("low", "moderate", question("c-1", "a")),
    { ...ranging("very low", "high", question("c-1", "a")), applies: "conditional" },
  ]);
  expect(ranked).toMatchObject({ range: ["very low", "high"], mayVanish: 1, settles: 2 });
});

test.each([
  [question("c-api", "returns_scores"), undefined],
  [question("c-api", "zone", "zone"), "z-prod"],
  [question("c-api", "assets", "asset"), "a-cards"],
  [question("c-model", "assets", "asset"), undefined],
  [question("a-cards", "levels", "level"), undefined],
  [question("gone", "zone", "zone"), undefined],
] as const)("what the drawing says about %o", (asked, value) => {
  expect(valueOf(sampleDocument(), asked)).toBe(value);
});

test("every answer that fits on a button has one", () => {
  const doc = sampleDocument();
  const names = (asked: Question) => choicesOf(asked, doc).map(({ name }) => name);
  expect(names(question("c-1", "a"))).toEqual(["Yes", "No"]);
  expect(names(question("c-1", "zone", "zone"))).toEqual(["Internet", "Production", "Vault"]);
  expect(names({ ...question("c-1", "k", "choice"), choices: ["on_line"] })).toEqual(["On line"]);
  expect(names(question("c-1", "n", "number"))).toEqual([]);
  expect(scalarOf(question("c-1", "a"), "false")).toBe(false);
});
