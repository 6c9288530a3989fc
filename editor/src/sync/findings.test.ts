import { expect, test } from "vitest";
import { sampleFinding as finding } from "../testing/finding";
import { badgeOf, NO_FINDINGS, replaceRegister, updateRegister } from "./findings";

test("a badge shows the worst residual of what applies", () => {
  const badge = badgeOf(
    [
      finding("a@c", "low"),
      finding("b@c", "high"),
      finding("d@c", "very high", { applies: "conditional" }),
      finding("e@c", "very high", { treatment: "dismissed" }),
    ],
    0,
  );
  expect(badge).toMatchObject({ level: "high", count: 2, conditional: 1 });
});

test("an element that nothing happened to keeps its very objects", () => {
  const before = updateRegister(NO_FINDINGS, [finding("a@c", "low"), finding("a@d", "low")], []);
  const after = updateRegister(before, [finding("a@c", "high")], []);
  expect(after.badges.get("d")).toBe(before.badges.get("d"));
  expect(after.byElement.get("d")).toBe(before.byElement.get("d"));
  expect(after.badges.get("c")).not.toBe(before.badges.get("c"));
});

test("a badge pulses when what it says has changed, and only then", () => {
  const before = updateRegister(NO_FINDINGS, [finding("a@c", "moderate")], []);
  const same = updateRegister(before, [finding("a@c", "moderate", { controls: ["x"] })], []);
  expect(same.badges.get("c")?.pulse).toBe(before.badges.get("c")?.pulse);
  const verdict = updateRegister(same, [finding("a@c", "moderate", { verdict: "broken" })], []);
  expect(verdict.badges.get("c")?.pulse).toBe((before.badges.get("c")?.pulse ?? 0) + 1);
});

test("what a fresh welcome no longer lists is gone", () => {
  const before = updateRegister(NO_FINDINGS, [finding("a@c", "low"), finding("b@d", "low")], []);
  const after = replaceRegister(before, [finding("a@c", "low")]);
  expect([...after.findings.keys()]).toEqual(["a@c"]);
  expect(after.badges.has("d")).toBe(false);
  expect(after.badges.get("c")).toEqual(before.badges.get("c"));
});
