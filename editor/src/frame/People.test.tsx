import { fireEvent, screen } from "@testing-library/react";
import { expect, test } from "vitest";
import type { Person } from "../sync/messages";
import { sampleEditor, show } from "../testing/editor";
import { People } from "./People";

const person = (id: string, user: number, name: string): Person => ({
  id,
  user,
  name,
  initials: name[0] ?? "?",
  hue: user,
  role: "editor",
  pointer: null,
  selection: [],
  drag: null,
  viewport: [0, 0, 800, 600],
  follow: null,
});

test("a person with two devices is one person, whom one follows and leaves", () => {
  const editor = sampleEditor();
  editor.session.presence.welcome([person("x", 7, "Ana"), person("y", 7, "Ana")], "z");
  show(editor, <People />);
  fireEvent.click(screen.getByRole("button", { name: "A: follow Ana, on 2 devices" }));
  expect(editor.session.presence.store.get().following).toBe("x");
  fireEvent.click(screen.getByRole("button", { name: /Following Ana/ }));
  expect(editor.session.presence.store.get().following).toBeNull();
});

test("who is followed and leaves is followed no more", () => {
  const { session } = sampleEditor();
  session.presence.welcome([person("x", 7, "Ana")], "z");
  session.presence.follow("x");
  session.presence.receive([], ["x"]);
  expect(session.presence.store.get().following).toBeNull();
});

test("only who leads is offered to bring everyone", () => {
  const others = [person("x", 7, "Ana")];
  for (const [role, offered] of [["editor", 0], ["facilitator", 1]] as const) {
    const editor = sampleEditor(role);
    editor.session.presence.welcome(others, "z");
    const { unmount } = show(editor, <People />);
    expect(screen.queryAllByRole("button", { name: "Bring everyone here" })).toHaveLength(offered);
    unmount();
  }
});
