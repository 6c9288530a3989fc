import { expect, test } from "vitest";
import type { Finding, Question } from "../sync/messages";
import { sampleFinding } from "../testing/finding";
import { sampleDocument } from "../testing/sample";
import { asking, FIRST_SITTING, lightOf, passed, type Sitting, wentBack } from "./sitting";

const question = (attribute: string): Question => {
  return { element: "c-api", attribute, text: `${attribute}?`, kind: "boolean", choices: [] };
};

/** `a` is asked first, then `b`, then `c`: as many findings wait for each. */
const FINDINGS: Finding[] = [
  sampleFinding("one@c-api", "high", { questions: ["a", "b", "c"].map(question) }),
  sampleFinding("two@c-api", "high", { questions: ["a", "b"].map(question) }),
  sampleFinding("three@c-api", "high", { questions: ["a"].map(question) }),
];
const DOC = sampleDocument();

const asked = (sitting: Sitting, doc = DOC) => asking(sitting, doc, FINDINGS);

function after(...acts: ("answered" | "later" | "unknown")[]): Sitting {
  return acts.reduce((sitting, act) => {
    const { current } = asked(sitting);
    return current ? passed(sitting, current, act) : sitting;
  }, FIRST_SITTING);
}

function answering(attribute: string): typeof DOC {
  const api = DOC.component.get("c-api");
  if (!api) throw new Error("The sample has no API.");
  const attributes = { ...api.attributes, [attribute]: true };
  return { ...DOC, component: new Map(DOC.component).set("c-api", { ...api, attributes }) };
}

test("what most findings wait for is asked first, and it is said how far one is", () => {
  expect(asked(FIRST_SITTING)).toMatchObject({ current: { attribute: "a" }, done: 0, total: 3 });
});

test("what is put off comes back last", () => {
  const order = [[], ["later"], ["later", "later"], ["later", "later", "later"]] as const;
  expect(order.map((acts) => asked(after(...acts)).current?.attribute)).toEqual(["a", "b", "c", "a"]);
  expect(asked(after("later")).putOff).toBe(1);
});

test("what nobody knows is done for now, and listed", () => {
  const now = asked(after("unknown"));
  expect(now).toMatchObject({ current: { attribute: "b" }, done: 1, total: 3 });
  expect(now.unknown.map(({ attribute }) => attribute)).toEqual(["a"]);
  expect(asked(after("unknown", "unknown", "unknown")).current).toBeNull();
});

test("an answer counts as soon as the drawing has it, and no more once it is undone", () => {
  const sitting = after("answered");
  const now = asked(sitting, answering("a"));
  expect(now).toMatchObject({ current: { attribute: "b" }, done: 1, total: 3 });
  expect(asked(sitting)).toMatchObject({ current: { attribute: "a" }, done: 0, total: 3 });
});

test("what others answer meanwhile does not take away the question that is asked", () => {
  const sitting = { ...FIRST_SITTING, held: asked(after("later")).current };
  expect(sitting.held?.attribute).toBe("b");
  expect(asked(sitting).current?.attribute).toBe("b");
  expect(asked(sitting, answering("b")).current?.attribute).toBe("a");
});

test("one can go back to what was passed, and forward again", () => {
  const two = after("later", "later");
  const back = wentBack(two);
  expect(asked(back).current?.attribute).toBe("b");
  expect(asked(wentBack(back)).current?.attribute).toBe("a");
  expect(wentBack(wentBack(wentBack(back))).back).toBe(2);
  const { current } = asked(back);
  if (!current) throw new Error("There is no question.");
  expect(asked(passed(back, current, "later")).current?.attribute).toBe("c");
});

test("an asset's question lights what holds it, a zone's what stands in it", () => {
  expect([...(lightOf(DOC, "a-cards") ?? [])].sort()).toEqual(["c-api", "f-1"]);
  expect([...(lightOf(DOC, "z-vault") ?? [])].sort()).toEqual(["c-model", "z-vault"]);
  expect([...(lightOf(DOC, "f-2") ?? [])]).toEqual(["f-2"]);
});
