import { cleanup, fireEvent, screen } from "@testing-library/react";
import { afterEach, expect, test } from "vitest";
import type { Editor } from "../editor";
import { Answering } from "../testing/answering";
import { sampleEditor, show } from "../testing/editor";
import { GuestInvite } from "./GuestInvite";

afterEach(cleanup);

function open(answers: Record<string, unknown>): { editor: Editor; api: Answering } {
  const api = new Answering(answers);
  const editor = { ...sampleEditor("facilitator"), api };
  show(editor, <GuestInvite />);
  fireEvent.click(screen.getByRole("button", { name: "Make a link" }));
  return { editor, api };
}

test("a link for one guest is made for this system alone", async () => {
  const { api } = open({ "/invites/": { link: "https://here/join/x/" } });
  const field = await screen.findByLabelText<HTMLInputElement>("Link for the guest");
  expect(field.value).toBe("https://here/join/x/");
  expect(api.sent).toEqual([["/invites/", { role: "guest", email: "", system: "s" }]]);
});

test("what the server refuses is said", async () => {
  const { editor } = open({});
  await screen.findByRole("button", { name: "Make a link" });
  expect(editor.session.store.get().notice?.text).toBe("Not here: /invites/");
});
