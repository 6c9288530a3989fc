import { beforeEach, expect, test } from "vitest";
import { sampleDocument } from "../testing/sample";
import { Keep, type Pending, rebase, unsettled } from "./outbox";

const entry = (id: string, revision: number | null = null): Pending => ({
  id,
  revision,
  undoes: null,
  changes: [{ kind: "component", id: "c-api", set: { name: id } }],
});

beforeEach(() => window.localStorage.clear());

test("one's own edits lie on top of what the server says", () => {
  expect(rebase(sampleDocument(), [entry("a"), entry("b")]).component.get("c-api")?.name).toBe("b");
});

test("an acknowledged edit stays until the document has come that far", () => {
  expect(unsettled([entry("a", 7)], 6, new Set())).toHaveLength(1);
  expect(unsettled([entry("a", 7)], 7, new Set())).toHaveLength(0);
});

test("an edit seen in the log is settled, acknowledged or not", () => {
  expect(unsettled([entry("a")], 3, new Set(["a"]))).toHaveLength(0);
});

test("a new tab takes over what a closed one could not send", () => {
  new Keep("sys", "me", "tab-1", window.localStorage).save([entry("a"), entry("b", 4)]);
  const adopted = new Keep("sys", "me", "tab-2", window.localStorage).adopt();
  expect(adopted.map((one) => one.id)).toEqual(["a"]);
  expect(new Keep("sys", "me", "tab-3", window.localStorage).adopt()).toEqual([]);
});

test("another person's and another system's edits are left alone", () => {
  new Keep("sys", "me", "tab-1", window.localStorage).save([entry("a")]);
  expect(new Keep("sys", "you", "tab-2", window.localStorage).adopt()).toEqual([]);
  expect(new Keep("other", "me", "tab-2", window.localStorage).adopt()).toEqual([]);
});

test("broken kept data is dropped", () => {
  window.localStorage.setItem("bartizan/unsaved/me/sys/tab-0", "{nonsense");
  expect(new Keep("sys", "me", "tab-1", window.localStorage).adopt()).toEqual([]);
});
