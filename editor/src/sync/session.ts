import { type Bootstrap, mayDraw, type Role } from "../bootstrap";
import { newer, type Workshop } from "../workshop/types";
import { applyChanges } from "../document/apply";
import { elementId, operationId } from "../document/ids";
import { EMPTY, readDocument } from "../document/read";
import type { Change, Doc } from "../document/types";
import { replaceRegister, updateRegister } from "./findings";
import { Line } from "./line";
import type { LogItem, Model, Run, ServerMessage, Skipped } from "./messages";
import { Comments } from "./comments";
import { type Removal, Removals, refusedWords, removedWords } from "./removals";
import { Keep, message, type Pending, rebase, unsaved, unsettled } from "./outbox";
import { Presence } from "./presence";
import { type Notice, START, type State } from "./state";
import { Store } from "./store";
import { t } from "../words/t";

/** Frames over 1 MiB end the connection; the envelope needs a little room as well. */
const LARGEST_OPERATION = 900_000;

/** Entries of the log that change the document; others tell of decisions, models, evidence. */
const DRAWING = new Set(["operation", "restore"]);

/**
 * One open system: the server's document, what is on its way there, and what came back.
 *
 * The server orders all edits. Locally an edit shows at once, on top of the server's document;
 * when entries arrive, one's own pending edits are laid on top of them again.
 */
export class Session {
  readonly store: Store<State>;
  readonly presence: Presence;
  readonly comments = new Comments();
  private readonly line: Line;
  private readonly keep: Keep;
  private server: Doc = EMPTY;
  private pending: Pending[] = [];
  private undoable: string[] = [];
  private redoable: string[] = [];
  private readonly removals = new Removals();
  private readonly me: string;
  private notices = 0;
  private askedAt = 0;

  constructor(boot: Bootstrap, storage: Storage | null = localStorageOrNone()) {
    this.me = String(boot.me.id);
    this.store = new Store({ ...START, role: boot.role });
    this.keep = new Keep(boot.system, boot.me.id, elementId(), storage);
    const address = new URL(boot.socket, window.location.href);
    address.protocol = address.protocol === "https:" ? "wss:" : "ws:";
    const events = `${boot.api}/systems/${boot.system}/line/`;
    this.line = new Line(
      { socket: address.href, events, csrf: boot.csrf },
      {
        opened: () => this.hello(),
        received: (received) => this.receive(received),
        closed: (text, final) => this.closed(text, final),
      },
    );
    this.presence = new Presence((frame) => this.line.send(frame));
  }

  start(): void {
    this.pending = this.keep.adopt();
    this.keep.save(this.pending); // from the keys of closed tabs to this one's, at once
    window.addEventListener("online", this.retry);
    this.line.open();
  }

  stop(): void {
    window.removeEventListener("online", this.retry);
    this.presence.stop();
    this.line.stop();
  }

  retry = (): void => this.line.hurry();

  get mayEdit(): boolean {
    return mayDraw(this.store.get().role);
  }

  /** Make an edit: it shows at once and is on its way. Gives whether it was accepted here. */
  edit(changes: readonly Change[]): boolean {
    if (changes.length === 0 || !this.mayEdit) return false;
    const id = operationId();
    if (JSON.stringify(changes).length > LARGEST_OPERATION) {
      this.tell(t("That is too much for one edit. Do it in smaller parts."));
      return false;
    }
    this.undoable.push(id);
    this.redoable = [];
    this.put({ id, changes, undoes: null, revision: null });
    return true;
  }

  undo = (): void => this.takeBack(this.undoable, this.redoable);

  /** Redo takes back the undo. */
  redo = (): void => this.takeBack(this.redoable, this.undoable);

  /** One plain sentence, with what one may do about it or where to read more. */
  tell(text: string, more: Omit<Notice, "id" | "text"> = {}): void {
    this.notices += 1;
    this.store.set({ notice: { id: this.notices, text, ...more } });
  }

  dismissNotice = (): void => this.store.set({ notice: null });

  /** A run that was just started here; the socket will tell how it goes. */
  addRun(run: Run): void {
    this.store.set({ runs: new Map(this.store.get().runs).set(run.id, run) });
  }

  /** What the server says of the workshop, by whichever way it came; what is older is let go. */
  setWorkshop(workshop: Workshop): void {
    if (newer(workshop, this.store.get().workshop)) this.store.set({ workshop });
  }

  setModels(models: readonly Model[]): void {
    this.store.set({ models: byComponent(models) });
  }

  private takeBack(from: string[], to: string[]): void {
    const op = from.pop();
    if (op === undefined || !this.mayEdit) return;
    const id = operationId();
    to.push(id);
    this.put({ id, changes: [], undoes: op, revision: null });
  }

  private put(entry: Pending): void {
    this.pending.push(entry);
    this.line.send(message(entry));
    this.show({ doc: applyChanges(this.store.get().doc, entry.changes) });
  }

  /** Put back what somebody removed, and on top of it what was refused for that. */
  private restore(removal: Removal, changes: readonly Change[]): void {
    const id = operationId();
    this.undoable.push(id);
    this.put({ id, changes: [], undoes: removal.op, revision: null });
    this.edit(changes);
    this.dismissNotice();
  }

  private offerRestore(text: string, removal: Removal, changes: readonly Change[]): void {
    const run = (): void => this.restore(removal, changes);
    this.tell(text, this.mayEdit ? { act: { label: t("Restore"), run } } : {});
  }

  private hello(): void {
    this.askedAt = Date.now();
    const { revision } = this.store.get();
    this.line.send({ t: "hello", revision: Math.max(revision, 0), protocol: 1 });
    for (const entry of unsaved(this.pending)) this.line.send(message(entry));
    this.presence.sendNow();
    if (this.store.get().loaded) this.store.set({ connection: "online", closing: "" });
  }

  private closed(text: string, final: boolean): void {
    this.presence.clear();
    this.store.set({ connection: final ? "closed" : "offline", closing: text });
  }

  private receive(received: ServerMessage): void {
    switch (received.t) {
      case "welcome":
        return this.welcome(received);
      case "ack":
        return this.acknowledged(received.id, received.revision, received.skipped ?? []);
      case "refused":
        return this.refused(received.id, received.code, received.reason);
      case "revisions":
        return this.revisions(received);
      case "presence":
        return this.presence.receive(received.people, received.gone);
      case "run":
        return this.run(received.run);
      case "workshop":
        return this.setWorkshop(received.workshop);
      case "comment":
        return this.comments.receive(received.comment);
      case "gather":
        return this.presence.gathered(received.by.name, received.viewport);
      case "pulse":
        this.comments.pulse(received.commented ?? null);
        if (received.revision > this.store.get().revision) this.askForMissing();
    }
  }

  private welcome(received: Extract<ServerMessage, { t: "welcome" }>): void {
    this.server = readDocument(received.document);
    this.pending = unsettled(this.pending, received.revision, new Set());
    if (received.people && received.you) this.presence.welcome(received.people, received.you);
    this.comments.ask();
    this.show({
      ...replaceRegister(this.store.get(), received.findings),
      connection: "online",
      closing: "",
      loaded: true,
      role: (received.role as Role | undefined) ?? this.store.get().role,
      revision: received.revision,
      risk: received.risk,
      runs: new Map(received.runs.map((run) => [run.id, run])),
      models: byComponent(received.models),
      workshop: received.workshop ?? null,
      doc: rebase(this.server, this.pending),
    });
  }

  private acknowledged(id: string, revision: number, skipped: readonly Skipped[]): void {
    this.pending = this.pending.map((entry) => (entry.id === id ? { ...entry, revision } : entry));
    this.pending = unsettled(this.pending, this.store.get().revision, new Set());
    if (skipped.length > 0) {
      this.tell(
        t("Taken back, except what has changed since ({n} left as it is).", { n: skipped.length }),
      );
    }
    this.show({ doc: rebase(this.server, this.pending) });
  }

  private refused(id: string, code: string, reason: string): void {
    const { changes = [] } = this.pending.find((entry) => entry.id === id) ?? {};
    this.pending = this.pending.filter((entry) => entry.id !== id);
    this.undoable = this.undoable.filter((op) => op !== id);
    this.redoable = this.redoable.filter((op) => op !== id);
    const removal = code === "removed" ? this.removals.find(changes) : null;
    if (removal) this.offerRestore(refusedWords(removal), removal, changes);
    else this.tell(reason);
    this.show({ doc: rebase(this.server, this.pending) });
  }

  private revisions(received: Extract<ServerMessage, { t: "revisions" }>): void {
    let { revision } = this.store.get();
    const seen = new Set<string>();
    for (const item of received.items) {
      if (item.revision > revision + 1) break;
      if (item.op !== null) seen.add(item.op);
      if (item.revision <= revision) continue;
      this.take(item);
      revision = item.revision;
    }
    this.pending = unsettled(this.pending, revision, seen);
    const { changed, gone } = received.findings;
    this.show({
      ...updateRegister(this.store.get(), changed, gone),
      revision,
      risk: received.risk ?? this.store.get().risk,
      doc: rebase(this.server, this.pending),
    });
    if (received.to > revision) this.askForMissing();
  }

  private take(item: LogItem): void {
    this.noteRemovals(item);
    if (DRAWING.has(item.kind)) this.server = applyChanges(this.server, item.changes);
    if (item.kind === "model") this.store.set({ modelsChanged: item.revision });
    if (item.kind === "catalog") this.store.set({ catalogChanged: item.revision });
  }

  /** Who has something selected that another removes is told, and may have it back. */
  private noteRemovals(item: LogItem): void {
    for (const removal of this.removals.take(item, this.server)) {
      const mine = String(item.by?.id) === this.me;
      if (!mine && this.presence.selected(removal.id)) {
        this.offerRestore(removedWords(removal), removal, []);
      }
    }
  }

  private run(run: Run): void {
    if (run.alert && !this.store.get().runs.get(run.id)?.alert) this.alert(run, run.alert);
    this.store.set({ runs: new Map(this.store.get().runs).set(run.id, run) });
  }

  private alert(run: Run, alert: NonNullable<Run["alert"]>): void {
    const name = this.store.get().doc.component.get(run.component)?.name ?? run.component;
    const values = { test: run.test, name, now: alert.fell_now, before: alert.fell_before };
    const text = t("{test} on {name} came out worse: {now} fell, {before} before.", values);
    this.tell(text, { link: { label: t("See what changed"), href: `/runs/${run.id}/compare/` } });
  }

  /** A gap, or a pulse ahead of us: ask, but not again while the answer is on its way. */
  private askForMissing(): void {
    if (Date.now() - this.askedAt < 1_000) return;
    this.askedAt = Date.now();
    this.line.send({ t: "hello", revision: this.store.get().revision, protocol: 1 });
  }

  private show(change: Partial<State>): void {
    this.keep.save(this.pending);
    this.store.set({
      ...change,
      unsaved: unsaved(this.pending).length,
      canUndo: this.undoable.length > 0,
      canRedo: this.redoable.length > 0,
    });
  }
}

function byComponent(models: readonly Model[]): ReadonlyMap<string, Model> {
  return new Map(models.map((model) => [model.component, model]));
}

function localStorageOrNone(): Storage | null {
  try {
    return window.localStorage;
  } catch {
    return null;
  }
}
