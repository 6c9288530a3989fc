import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { sampleBoot } from "../testing/boot";
import { Room } from "../testing/room";
import { Session } from "./session";

let room: Room;
let session: Session;

const SLOW = 8_000;
const nameOf = (id: string) => session.store.get().doc.component.get(id)?.name;
const online = () => vi.waitFor(() => expect(session.store.get().connection).toBe("online"), SLOW);

beforeEach(async () => {
  window.localStorage.clear();
  room = new Room();
  await room.listening;
  const api = room.address.replace("ws:", "http:").replace(/\/$/, "");
  session = new Session(sampleBoot({ socket: room.address, api }));
});

afterEach(() => {
  session.stop();
  room.close();
});

test("where sockets are blocked, edits go and come by events", async () => {
  room.blocksSockets = true;
  session.start();
  await online();
  session.edit([{ kind: "component", id: "c-1", add: { type: "other", name: "API" } }]);
  await vi.waitFor(() => {
    expect(session.store.get()).toMatchObject({ unsaved: 0, revision: 1 });
  }, SLOW);
  room.edit([{ kind: "component", id: "c-1", set: { name: "Door" } }]);
  await vi.waitFor(() => expect(nameOf("c-1")).toBe("Door"), SLOW);
}, 20_000);

test("a stream that ends with a code says why, and does not come back", async () => {
  room.blocksSockets = true;
  session.start();
  await online();
  room.say({ t: "end", code: 4404 });
  await vi.waitFor(() => expect(session.store.get().connection).toBe("closed"), SLOW);
  expect(session.store.get().closing).toMatch(/does not exist/);
}, 20_000);

test("what was edited while nothing went through is sent when events do", async () => {
  room.blocksSockets = true;
  session.start();
  session.edit([{ kind: "component", id: "c-9", add: { type: "other", name: "x" } }]);
  await vi.waitFor(() => expect(room.operations).toHaveLength(1), SLOW);
  await vi.waitFor(() => expect(session.store.get().unsaved).toBe(0), SLOW);
}, 20_000);

test("a socket that the server ends for a reason of ours is tried again as a socket", async () => {
  session.start();
  await online();
  for (let turn = 0; turn < 3; turn += 1) {
    room.cut();
    await vi.waitFor(() => expect(session.store.get().connection).toBe("offline"), SLOW);
    await online();
  }
  room.blocksSockets = true;
  room.cut();
  await vi.waitFor(() => expect(session.store.get().connection).toBe("offline"), SLOW);
  room.blocksSockets = false;
  await online();
  expect(room.posts).toBe(0);
}, 30_000);
