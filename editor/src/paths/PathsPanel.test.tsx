import { act, cleanup, fireEvent, screen } from "@testing-library/react";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { TASK_SHORTCUTS } from "../frame/tasks";
import { sampleEditor, show } from "../testing/editor";
import PathsPanel from "./PathsPanel";
import type { Step, Way, Ways } from "./ways";

const step = (change: Partial<Step>): Step => {
  return { kind: "finding", text: "", chance: 1, elements: [], finding: null, flow: null, stops: [], ...change };
};

const stop = {
  kind: "remedy",
  control: "limit",
  title: "Limit calls",
  effort: "small",
  place: "c-api",
  place_name: "API",
  fall: 0.2,
} as const;

const WAY: Way = {
  adversary: { id: "outsider", name: "Outsider" },
  chance: 0.1,
  interval: [0.05, 0.2],
  steps: [
    step({ kind: "tries", text: "Outsider tries.", chance: 0.35 }),
    step({ kind: "flow", text: "They call API.", elements: ["c-client", "f-1", "c-api"], flow: "f-1" }),
    step({ text: "It leaks: this hits Cards.", chance: 0.5, elements: ["c-api"], finding: "theft@c-api", stops: [stop] }),
  ],
};

const BOUNDS = {
  findings: 2,
  findings_followed: 1,
  states: 3,
  steps: 3,
  complete: true,
  draws: 10_000,
  assets: 1,
  assets_explained: 1,
  compared: 1,
  comparable: 1,
};

const found = (revision: number, paths: readonly Way[] = [WAY]): Ways => ({
  revision,
  bounds: BOUNDS,
  assets: [
    {
      asset: "a-cards",
      name: "Cards",
      impact: "high",
      likelihood: { value: 0.25, low: 0.24, high: 0.26, level: "moderate" },
      explained: true,
      ways_text: "The only way.",
      paths,
      passed: [{ element: "c-api", element_name: "API" }],
      helps: [stop],
    },
  ],
});

/** The server's answers, one a request; the last one is given again. */
function answering(...answers: object[]): string[] {
  const asked: string[] = [];
  vi.stubGlobal("fetch", (url: string) => {
    const answer = answers[Math.min(asked.length, answers.length - 1)];
    asked.push(url);
    return Promise.resolve(new Response(JSON.stringify(answer)));
  });
  return asked;
}

// The test's browser lays nothing out, so that it cannot scroll.
beforeEach(() => void (Element.prototype.scrollIntoView = () => undefined));

afterEach(() => {
  cleanup();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

async function opened(...answers: object[]) {
  const asked = answering(...answers);
  const editor = sampleEditor();
  const shown = show(editor, <PathsPanel />);
  await screen.findByText("Hit about 1 in 4, 25 %");
  return { asked, editor, ...shown };
}

const press = (editor: ReturnType<typeof sampleEditor>, name: string) =>
  act(() => void TASK_SHORTCUTS.find(({ keys }) => keys === name)?.run(editor));

test("a chosen way is lit with all that it takes, and its steps are walked by keys", async () => {
  const { editor, unmount } = await opened(found(3));
  fireEvent.click(screen.getByText(/Outsider, 3 steps/));
  expect([...(editor.view.get().spot ?? [])]).toEqual(["c-client", "f-1", "c-api"]);
  expect(screen.getByText("Step 1 of 3")).toBeTruthy();
  press(editor, ".");
  press(editor, ".");
  press(editor, ".");
  expect(screen.getByText("Step 3 of 3")).toBeTruthy();
  expect(document.querySelector("[aria-current=step]")?.textContent).toContain("It leaks");
  press(editor, ",");
  expect(editor.view.get().way?.step).toBe(1);
  unmount();
  expect(editor.view.get()).toMatchObject({ spot: null, way: null });
});

test("each step is announced with how likely it is and what stops it", async () => {
  await opened(found(3));
  fireEvent.click(screen.getByText(/Outsider, 3 steps/));
  const steps = screen.getByRole("group", { name: "Steps of this way" });
  fireEvent.keyDown(steps, { key: "ArrowDown" });
  fireEvent.keyDown(steps, { key: "ArrowRight" });
  expect(steps.querySelector("[role=status]")?.textContent).toBe(
    "Step 3 of 3. It leaks: this hits Cards. Works about 1 in 2 (50 %)." +
      " What stops it best: Limit calls, at API: 20 points less, 1 day.",
  );
});

test("once the drawing rests after a change the paths are asked for again, in place", async () => {
  const { asked, editor } = await opened(found(3), found(4));
  fireEvent.click(screen.getByText(/Outsider, 3 steps/));
  press(editor, ".");
  vi.useFakeTimers();
  act(() => editor.session.store.set({ revision: 4 }));
  expect(screen.getByText(/this is revision 3, it is at 4/)).toBeTruthy();
  await act(() => vi.advanceTimersByTimeAsync(1_400));
  expect(asked).toHaveLength(1);
  await act(() => vi.advanceTimersByTimeAsync(200));
  expect(asked).toHaveLength(2);
  expect(screen.queryByText(/this is revision/)).toBeNull();
  expect(editor.view.get().way?.step).toBe(1);
});

test("a way that is gone is said to be gone and lit no longer", async () => {
  const other = { ...WAY, adversary: { id: "insider", name: "Insider" } };
  const { editor } = await opened(found(3), found(4, [other]));
  fireEvent.click(screen.getByText(/Outsider, 3 steps/));
  act(() => editor.session.store.set({ revision: 4 }));
  fireEvent.click(screen.getByText("Work them out again"));
  expect(await screen.findByText(/not among the likeliest any more/)).toBeTruthy();
  expect(editor.view.get().way).toBeNull();
});

test("with no way it says why, and what the server refused is said", async () => {
  answering({ revision: 3, bounds: BOUNDS, assets: [] });
  show(sampleEditor(), <PathsPanel />);
  expect(await screen.findByText(/what is unknown opens no path/)).toBeTruthy();
  cleanup();
  vi.stubGlobal("fetch", () => Promise.resolve(new Response("{}", { status: 500 })));
  show(sampleEditor(), <PathsPanel />);
  expect((await screen.findByRole("alert")).textContent).toContain("Try again");
});
