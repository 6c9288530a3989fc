import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { cleanup, fireEvent, screen, waitFor } from "@testing-library/react";
import { afterEach, beforeEach, expect, test } from "vitest";
import { EditorProvider } from "../editor";
import { sampleEditor, show } from "../testing/editor";
import { Api } from "../sync/api";
import { History } from "./history";
import { HistoryProvider } from "./state";
import Panel from "./Panel";
import Scrubber from "./Scrubber";

/* A server that answers as ours does, with a drawing that grows by one component an entry. */

const component = (n: number) => ({ id: `c-${n}`, type: "other", name: `Part ${n}` });
const risk = (level: string) => ({ risk: level, by_level: { high: 1 }, above_appetite: 1 });

const kept = (id: string, origin: string) => ({
  ...{ id, origin, name: "Approved", note: "", revision: 1, at: "" },
  by: { name: "Ann" },
});

const line = (revision: number) => ({
  revision,
  kind: "operation",
  by: { id: 1, name: "Ann" },
  at: "2026-11-22T10:00:00Z",
  told: `Added component: Part ${revision}`,
  risk: { before: risk(revision === 1 ? "low" : "high"), after: risk("high") },
});

const step = (revision: number) => ({
  ...line(revision),
  document: { components: Array.from({ length: revision }, (_, i) => component(i + 1)) },
});

const DIFFERENCE = {
  from: { revision: 1, baseline: { id: "b", name: "Approved" }, at: null },
  to: { revision: 3, baseline: null, at: null },
  elements: [{ kind: "component", id: "c-3", name: "Part 3", how: "added", properties: [] }],
  counts: { added: 1, removed: 0, changed: 0, moved: 0 },
  findings: { new: [], changed: [], gone: [], reworded: 0 },
  risk: { before: risk("low"), after: risk("high") },
};

let server: Server;
let asked: string[];
let base = "";

beforeEach(async () => {
  asked = [];
  server = createServer((request, response) => {
    const url = request.url ?? "";
    asked.push(`${request.method} ${url}`);
    const revision = /log\/(\d+)\//.exec(url)?.[1];
    const told = url.includes("baselines/")
      ? { results: [kept("b", "entered"), kept("i", "imported")] }
      : url.includes("compare/")
        ? DIFFERENCE
        : url.includes("restore/")
          ? { revision: 4 }
          : revision === undefined
            ? { results: [1, 2, 3].map(line) }
            : step(Number(revision));
    response.setHeader("Content-Type", "application/json");
    response.end(JSON.stringify(told));
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/v1`;
});

afterEach(cleanup);
afterEach(() => new Promise((closed) => server.close(closed)));

function past() {
  const editor = sampleEditor("owner");
  const history = new History(editor.boot, new Api(base, "token"), editor.session);
  return { editor, history };
}

/** The slider and the panel, on a past of their own. */
function looked(): History {
  const { editor, history } = past();
  show(
    editor,
    <HistoryProvider value={history}>
      <EditorProvider value={{ ...editor, session: history.session }}>
        <Scrubber />
        <Panel />
      </EditorProvider>
    </HistoryProvider>,
  );
  return history;
}

const parts = (history: History) => history.session.store.get().doc.component.size;

test("the drawing of then is shown, and cannot be edited", async () => {
  const { editor, history } = past();
  const now = editor.session.store.get().doc;
  history.open(2);
  await waitFor(() => expect(parts(history)).toBe(2));
  const remove = [{ kind: "component", id: "c-1", remove: true }] as const;
  expect(history.session.edit(remove)).toBe(false);
  expect(editor.session.store.get().doc).toBe(now);
});

test("a hand that passes many revisions asks for the last alone", async () => {
  const { history } = past();
  history.open(3);
  for (const at of [2, 1, 2, 1]) history.go(at);
  await waitFor(() => expect(parts(history)).toBe(1));
  expect(asked.filter((one) => /log\/\d/.test(one))).toEqual(["GET /api/v1/systems/s/log/1/"]);
});

test("a place beyond the ends of the log is its end", () => {
  const { history } = past();
  history.open(99);
  expect(history.store.get().at).toBe(3);
  history.go(-5);
  expect(history.store.get().at).toBe(0);
  history.close();
});

test("the slider says in words where it stands", async () => {
  const history = looked();
  history.open(2);
  const slider = await screen.findByRole("slider", { name: "Revision" });
  await waitFor(() =>
    expect(slider.getAttribute("aria-valuetext")).toMatch(/^Revision 2, by Ann.*Part 2$/),
  );
  fireEvent.change(slider, { target: { value: "1" } });
  await waitFor(() => expect(parts(history)).toBe(1));
  const current = screen.getByRole("button", { current: "step" });
  expect(current.textContent).toContain("Baseline: Approved");
});

test("two states are compared in words and marks, and one can be restored", async () => {
  const history = looked();
  history.open(1);
  await history.compare("b", "3");
  await waitFor(() => expect(screen.getByLabelText("Differences").textContent).toContain("Part 3"));
  expect(history.store.get().marks.boxes.map((one) => [one.id, one.how])).toEqual([
    ["c-3", "added"],
  ]);
  history.go(1);
  await waitFor(() => expect(parts(history)).toBe(1));
  fireEvent.click(screen.getByRole("button", { name: "Restore this" }));
  await waitFor(() => expect(history.store.get().open).toBe(false));
  expect(asked).toContain("POST /api/v1/systems/s/restore/");
});

test("a copy is made once one has read what stays behind, or not at all", async () => {
  const { editor, history } = past();
  show(
    editor,
    <HistoryProvider value={history}>
      <Scrubber />
    </HistoryProvider>,
  );
  history.open(2);
  await waitFor(() => expect(history.store.get().busy).toBe(false));
  fireEvent.click(screen.getByRole("button", { name: "Branch a copy" }));
  const make = screen.getByRole("button", { name: "Make the copy" });
  const said = document.getElementById(make.getAttribute("aria-describedby") ?? "");
  expect(document.activeElement).toBe(make);
  expect(said?.textContent).toContain("Comments, tickets and attached files stay here");
  fireEvent.keyDown(make, { key: "Escape" });
  expect(document.activeElement).toBe(screen.getByRole("button", { name: "Branch a copy" }));
  expect(asked.filter((one) => one.includes("branch/"))).toEqual([]);
  history.close();
});
