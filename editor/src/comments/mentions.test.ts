import { expect, test } from "vitest";
import { complete, mentioned, offered } from "./mentions";

const people = [
  { id: 1, name: "Ana" },
  { id: 2, name: "Ana Silva" },
  { id: 3, name: "Ólafur" },
];

test("an @ offers everybody, letters narrow it to names that begin so", () => {
  expect(offered("see @", people)).toHaveLength(3);
  expect(offered("@sil", people).map((one) => one.id)).toEqual([2]);
  expect(offered("@ól", people).map((one) => one.id)).toEqual([3]);
  expect(offered("ana@example", people)).toEqual([]);
});

test("a chosen name takes the place of what was begun", () => {
  expect(complete("ask @an now", 7, "Ana")).toEqual({ text: "ask @Ana  now", caret: 9 });
});

test("the longest name that stands there is meant, and only it", () => {
  expect(mentioned("@Ana Silva, is it?", people)).toEqual([2]);
  expect(mentioned("@Ana and @Ana Silva", people)).toEqual([2, 1]);
  expect(mentioned("Ana", people)).toEqual([]);
});
