import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Change } from "../document/types";
import { sampleBoot } from "../testing/boot";
import { Room } from "../testing/room";
import { Session } from "./session";

let room: Room;
let sessions: Session[];

const add = (id: string, name: string): Change => ({
  kind: "component",
  id,
  add: { type: "other", name },
});
const rename = (id: string, name: string): Change => ({ kind: "component", id, set: { name } });

function open(): Session {
  const session = new Session(sampleBoot({ socket: room.address }));
  sessions.push(session);
  session.start();
  return session;
}

const nameOf = (session: Session, id: string) => session.store.get().doc.component.get(id)?.name;
const online = (session: Session) =>
  vi.waitFor(() => expect(session.store.get().connection).toBe("online"), 3_000);
const saved = (session: Session, revision: number) =>
  vi.waitFor(() => {
    expect(session.store.get()).toMatchObject({ unsaved: 0, revision });
  }, 3_000);

beforeEach(async () => {
  window.localStorage.clear();
  room = new Room();
  await room.listening;
  sessions = [];
});

afterEach(() => {
  for (const session of sessions) session.stop();
  room.close();
});

test("an edit shows at once and is saved when the server has it", async () => {
  const session = open();
  await online(session);
  session.edit([add("c-1", "API")]);
  expect(nameOf(session, "c-1")).toBe("API");
  expect(session.store.get().unsaved).toBe(1);
  await saved(session, 1);
  expect(nameOf(session, "c-1")).toBe("API");
});

test("somebody else's edit arrives", async () => {
  const [alice, bob] = [open(), open()];
  await online(alice);
  await online(bob);
  bob.edit([add("c-1", "API")]);
  await vi.waitFor(() => expect(nameOf(alice, "c-1")).toBe("API"));
  expect(alice.store.get().revision).toBe(1);
});

test("one's own unsaved edit stays on top of what arrives meanwhile", async () => {
  room.document = { components: [{ id: "c-1", type: "other", name: "API" }] };
  const session = open();
  await online(session);
  room.deaf = true;
  session.edit([rename("c-1", "mine")]);
  room.edit([rename("c-1", "theirs")]);
  await vi.waitFor(() => expect(session.store.get().revision).toBe(1));
  expect(nameOf(session, "c-1")).toBe("mine");
});

test("edits made without a connection are sent again, with the same ids and once", async () => {
  const session = open();
  await online(session);
  room.deaf = true;
  session.edit([add("c-1", "API")]);
  await vi.waitFor(() => expect(room.operations).toHaveLength(1));
  room.cut();
  await vi.waitFor(() => expect(session.store.get().connection).toBe("offline"));
  session.edit([add("c-2", "Store")]);
  room.deaf = false;
  session.retry();
  await saved(session, 2);
  expect(room.log.map((entry) => entry.op)).toEqual([room.operations[0], room.operations[2]]);
  expect(room.operations[1]).toBe(room.operations[0]);
});

test("an edit that was acknowledged before the line broke is not applied again", async () => {
  const session = open();
  await online(session);
  session.edit([add("c-1", "API")]);
  await saved(session, 1);
  room.cut();
  await vi.waitFor(() => expect(session.store.get().connection).toBe("offline"));
  session.retry();
  await online(session);
  expect(room.operations).toHaveLength(1);
});

test("what a closed tab could not send, the next one sends", async () => {
  const first = open();
  await online(first);
  room.deaf = true;
  first.edit([add("c-1", "API")]);
  first.stop();
  room.deaf = false;
  const second = open();
  await saved(second, 1);
  expect(nameOf(second, "c-1")).toBe("API");
});

test("a run that came out worse is told with a way to compare it, and told once", async () => {
  const session = open();
  await online(session);
  const run = { id: "r1", model: "m", component: "c-api", test: "hopskipjump", state: "succeeded" };
  const alert = { fell_now: 9, fell_before: 1, targets_in_both: 12 };
  room.say({ t: "run", run: { ...run, alert: null } });
  room.say({ t: "run", run: { ...run, alert } });
  await vi.waitFor(() => expect(session.store.get().notice?.text).toContain("9 fell, 1 before"));
  expect(session.store.get().notice?.link?.href).toBe("/runs/r1/compare/");
  session.dismissNotice();
  room.say({ t: "run", run: { ...run, alert } });
  room.say({ t: "run", run: { ...run, id: "r2", alert: null } });
  await vi.waitFor(() => expect(session.store.get().runs.has("r2")).toBe(true));
  expect(session.store.get().notice).toBeNull();
});

test("a refused edit is taken back and said in words", async () => {
  room.document = { components: [{ id: "c-1", type: "other", name: "API" }] };
  const session = open();
  await online(session);
  room.refuses = "'c-1' was removed by Bob";
  session.edit([rename("c-1", "Scorer")]);
  expect(nameOf(session, "c-1")).toBe("Scorer");
  await vi.waitFor(() => expect(session.store.get().notice?.text).toBe("'c-1' was removed by Bob"));
  expect(nameOf(session, "c-1")).toBe("API");
  expect(session.store.get()).toMatchObject({ unsaved: 0, canUndo: false });
});

test("after a gap, what is missing is asked for", async () => {
  const session = open();
  await online(session);
  room.edit([add("c-1", "lost on the way")], true);
  await new Promise((resolve) => setTimeout(resolve, 1_050));
  room.edit([add("c-2", "arrives")]);
  await vi.waitFor(() => expect(session.store.get().revision).toBe(2), 3_000);
  expect(nameOf(session, "c-1")).toBe("lost on the way");
  expect(room.received.filter((one) => one.t === "hello").map((one) => one.revision)).toEqual([
    0, 0,
  ]);
});

test("entries that are not about the drawing leave it alone and count", async () => {
  room.document = { components: [{ id: "c-1", type: "other", name: "API" }] };
  const session = open();
  await online(session);
  room.note("model", [{ model: "m-1", text: "linked" }]);
  await vi.waitFor(() =>
    expect(session.store.get()).toMatchObject({ revision: 1, modelsChanged: 1 }),
  );
  expect(nameOf(session, "c-1")).toBe("API");
});

test("a catalog that an owner applies is told by its revision", async () => {
  const session = open();
  await online(session);
  room.note("catalog", [{ from: "a", to: "b" }]);
  await vi.waitFor(() =>
    expect(session.store.get()).toMatchObject({ revision: 1, catalogChanged: 1 }),
  );
});

test("undo names the operation, redo names the undo", async () => {
  const session = open();
  await online(session);
  session.edit([add("c-1", "API")]);
  await saved(session, 1);
  session.undo();
  session.redo();
  await vi.waitFor(() => expect(room.received.filter((one) => one.t === "undo")).toHaveLength(2));
  const [undo, redo] = room.received.filter((one) => one.t === "undo");
  expect(undo?.op).toBe(room.operations[0]);
  expect(redo?.op).toBe(undo?.id);
  expect(session.store.get()).toMatchObject({ canUndo: true, canRedo: false });
});

test("the server's word that one may only look ends editing", async () => {
  const session = open();
  await online(session);
  session.store.set({ role: "viewer" });
  expect(session.edit([add("c-1", "API")])).toBe(false);
  expect(room.operations).toEqual([]);
});

test.each([
  [4401, /signed out/],
  [4403, /right/],
  [4404, /does not exist/],
  [4409, /Reload/],
])("close code %i is said in words and not tried again", async (code, words) => {
  const session = open();
  await online(session);
  room.cut(code);
  await vi.waitFor(() => expect(session.store.get().connection).toBe("closed"));
  expect(session.store.get().closing).toMatch(words);
});

test("an edit that no frame can carry is refused here", async () => {
  const session = open();
  await online(session);
  expect(session.edit([add("c-1", "x".repeat(1_000_000))])).toBe(false);
  expect(session.store.get().notice?.text).toMatch(/smaller parts/);
});

test("who changes what another has removed is told who did it, and may have it back", async () => {
  const session = open();
  await online(session);
  room.edit([add("c-1", "API")]);
  room.edit([{ kind: "component", id: "c-1", remove: true }]);
  await saved(session, 2);
  room.refuses = "c-1 is gone";
  session.edit([rename("c-1", "Door")]);
  await vi.waitFor(() => expect(session.store.get().notice?.act?.label).toBe("Restore"), 3_000);
  expect(session.store.get().notice?.text).toMatch(/^Somebody removed “API” just now/);
  room.refuses = "";
  session.store.get().notice?.act?.run();
  await vi.waitFor(() => {
    const asked = room.received.find((one) => one.t === "undo");
    expect(asked?.op).toBe("other-1");
    expect(room.operations).toHaveLength(2);
  }, 3_000);
});

test("what somebody removes under one's hands is told with a way back", async () => {
  const session = open();
  await online(session);
  room.edit([add("c-1", "API"), add("c-2", "Log")]);
  await saved(session, 1);
  session.presence.update({ selection: ["c-1"] });
  room.edit([{ kind: "component", id: "c-2", remove: true }]);
  await saved(session, 2);
  expect(session.store.get().notice).toBeNull();
  room.edit([{ kind: "component", id: "c-1", remove: true }]);
  await saved(session, 3);
  expect(session.store.get().notice?.text).toBe("Somebody removed “API” just now.");
});
