import { expect, test } from "vitest";
import { type Comment, Comments, elementOf } from "./comments";

const said = (id: string, more: Partial<Comment> = {}): Comment => ({
  id,
  about: "c-1",
  thread: null,
  text: id,
  by: { id: 1, name: "Ana" },
  mentions: [],
  at: "2026-01-01T00:00:01Z",
  edited_at: null,
  changed_at: "2026-01-01T00:00:01Z",
  resolved: null,
  removed: false,
  ...more,
});

test("answers stand under what they answer, and an element counts its open threads", () => {
  const comments = new Comments();
  comments.replace([said("a"), said("b", { about: "t@c-1" }), said("c", { about: "c-2" })]);
  comments.receive(said("d", { thread: "a" }));
  const { threads, counts } = comments.store.get();
  expect(threads.find((one) => one.id === "a")?.answers.map((one) => one.id)).toEqual(["d"]);
  expect([...counts]).toEqual([
    ["c-1", 2],
    ["c-2", 1],
  ]);
});

test("what is resolved counts no more, and what was taken back keeps its answers", () => {
  const comments = new Comments();
  const later = { changed_at: "2026-01-01T00:00:02Z" };
  comments.replace([said("a"), said("b")]);
  comments.receive(said("d", { thread: "b" }));
  comments.receive(said("a", { ...later, resolved: { by: "Ben", at: later.changed_at } }));
  comments.receive(said("b", { ...later, removed: true, text: "" }));
  const { threads, counts } = comments.store.get();
  expect(counts.get("c-1")).toBe(1);
  expect(threads.find((one) => one.id === "b")?.first).toBeNull();
});

test("an older state that comes late changes nothing", () => {
  const comments = new Comments();
  comments.receive(said("a", { text: "new", changed_at: "2026-01-01T00:00:09Z" }));
  comments.receive(said("a", { text: "old" }));
  expect(comments.store.get().threads[0]?.first?.text).toBe("new");
});

test("a pulse from later than what one has heard asks to read again, once", () => {
  const comments = new Comments();
  comments.receive(said("a"));
  comments.pulse("2026-01-01T00:00:01+00:00");
  expect(comments.store.get().asked).toBe(0);
  comments.pulse("2026-01-01T00:00:05+00:00");
  comments.pulse("2026-01-01T00:00:05+00:00");
  expect(comments.store.get().asked).toBe(1);
});

test("a finding's key leads to its element", () => {
  expect(elementOf("evasion@c-1")).toBe("c-1");
  expect(elementOf("c-1")).toBe("c-1");
});
