import { act, cleanup, fireEvent, screen, within } from "@testing-library/react";
import { afterEach, expect, test } from "vitest";
import { type Editor, select } from "../editor";
import { Answering } from "../testing/answering";
import { sampleComment } from "../testing/comment";
import { sampleEditor, show } from "../testing/editor";
import CommentsPanel from "./CommentsPanel";

afterEach(cleanup);

const PEOPLE = { results: [{ id: 7, name: "Mira Vogt" }], next: null };

async function open(
  answers: Record<string, unknown> = { "/systems/s/comments/": {}, "/comments/": {} },
): Promise<{ editor: Editor; api: Answering }> {
  const api = new Answering({ "people/": PEOPLE, ...answers });
  const editor = { ...sampleEditor(), api };
  editor.session.comments.receive(sampleComment("c-api", "Who calls it?"));
  editor.session.comments.receive(
    sampleComment("c-model", "Settled long ago", { resolved: { by: "Mira Vogt", at: "" } }),
  );
  await act(async () => void show(editor, <CommentsPanel />));
  return { editor, api };
}

async function write(label: RegExp, text: string, verb: string): Promise<void> {
  const field = screen.getByLabelText<HTMLTextAreaElement>(label);
  fireEvent.change(field, { target: { value: text, selectionStart: text.length } });
  const form = field.closest("form") as HTMLElement;
  await act(async () => void fireEvent.click(within(form).getByRole("button", { name: verb })));
}

test("the panel shows what is open, and what is settled when it is asked for", async () => {
  await open();
  expect(screen.getByText("Who calls it?")).toBeTruthy();
  expect(screen.queryByText("Settled long ago")).toBeNull();
  fireEvent.click(screen.getByLabelText("Show 1 resolved"));
  expect(screen.getByText("Settled long ago")).toBeTruthy();
});

test("with an element selected only its talk is shown, and one writes about it", async () => {
  const { editor, api } = await open();
  await act(async () => select(editor, ["c-client"]));
  expect(screen.queryByText("Who calls it?")).toBeNull();
  await write(/^Comment on/, "Is @Mira Vogt here?", "Comment");
  expect(api.sent).toEqual([
    [
      "/systems/s/comments/",
      { text: "Is @Mira Vogt here?", mentions: [7], about: "c-client" },
    ],
  ]);
  expect(screen.getByLabelText<HTMLTextAreaElement>(/^Comment on/).value).toBe("");
});

test("an @ offers names, and a chosen one stands in the text", async () => {
  await open();
  const field = screen.getByLabelText<HTMLTextAreaElement>(/^Comment on/);
  fireEvent.change(field, { target: { value: "ask @mi", selectionStart: 7 } });
  field.setSelectionRange(7, 7);
  fireEvent.select(field);
  fireEvent.click(screen.getByRole("button", { name: "@Mira Vogt" }));
  expect(field.value.trim()).toBe("ask @Mira Vogt");
});

test("what was refused is said, and stays to be sent again", async () => {
  const { editor } = await open({});
  await write(/^Comment on/, "Hello", "Comment");
  expect(screen.getByLabelText<HTMLTextAreaElement>(/^Comment on/).value).toBe("Hello");
  expect(editor.session.store.get().notice?.text).toContain("Not here");
});

test("a thread is answered and resolved", async () => {
  const { api } = await open();
  fireEvent.click(screen.getByRole("button", { name: "Answer" }));
  await write(/^Answer$/, "The shop", "Answer");
  await act(async () => void fireEvent.click(screen.getByRole("button", { name: "Resolve" })));
  const [answer, resolved] = api.sent;
  expect(answer?.[1]).toMatchObject({ text: "The shop", mentions: [] });
  expect(resolved?.[0]).toMatch(/^\/comments\/.+\/resolve\/$/);
  expect(resolved?.[1]).toEqual({ resolved: true });
});
