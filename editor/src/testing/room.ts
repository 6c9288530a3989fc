import type { AddressInfo } from "node:net";
import { WebSocketServer, type WebSocket as Line } from "ws";
import type { Change, Operation } from "../document/types";

/**
 * A room for tests: a real WebSocket server that keeps a log.
 *
 * It knows the protocol and nothing of documents; what it has acknowledged it sends to everyone.
 */
export class Room {
  readonly received: { t: string; id?: string; op?: string; revision?: number }[] = [];
  readonly log: {
    revision: number;
    kind: string;
    op: string;
    by: null;
    changes: readonly Change[];
  }[] = [];
  /** Set to make the room silent: it takes messages and answers nothing. */
  deaf = false;
  refuses = "";
  document: Record<string, unknown> = {};
  readonly listening: Promise<void>;
  private readonly server = new WebSocketServer({ port: 0, host: "127.0.0.1" });

  constructor() {
    this.listening = new Promise((resolve) => this.server.once("listening", resolve));
    this.server.on("connection", (line) => {
      line.on("message", (data) => this.take(line, String(data)));
    });
  }

  get address(): string {
    return `ws://127.0.0.1:${(this.server.address() as AddressInfo).port}/`;
  }

  get operations(): string[] {
    return this.received.filter((one) => one.t === "op").map((one) => one.id ?? "");
  }

  cut(code = 1012): void {
    for (const line of this.server.clients) line.close(code);
  }

  /** An edit by somebody else; `skip` leaves a gap, as a lost message would. */
  edit(changes: readonly Change[], skip = false): void {
    const from = this.log.length;
    this.write({ id: `other-${from}`, changes });
    if (!skip) this.tell(from);
  }

  /** An entry that says nothing about the document. */
  note(kind: string, changes: unknown[]): void {
    const from = this.log.length;
    this.write({ id: `other-${from}`, changes: changes as Change[] }, kind);
    this.tell(from);
  }

  say(frame: unknown): void {
    for (const line of this.server.clients) line.send(JSON.stringify(frame));
  }

  close(): void {
    for (const line of this.server.clients) line.terminate();
    this.server.close();
  }

  private write({ id, changes }: Operation, kind = "operation"): void {
    const revision = this.log.length + 1;
    this.log.push({ revision, kind, op: id, by: null, changes });
  }

  private tell(from: number): void {
    this.say(this.revisions(from));
  }

  private revisions(from: number) {
    return {
      t: "revisions",
      from,
      to: this.log.length,
      items: this.log.slice(from),
      findings: { changed: [], gone: [] },
      risk: null,
    };
  }

  private take(line: Line, text: string): void {
    const message = JSON.parse(text) as Operation & { t: string; revision?: number };
    this.received.push(message);
    if (this.deaf) return;
    if (message.t === "hello") this.greet(line, message.revision ?? -1);
    if (message.t === "op") this.answer(line, message);
    if (message.t === "undo") {
      line.send(
        JSON.stringify({ t: "ack", id: message.id, revision: this.log.length, skipped: [] }),
      );
    }
  }

  private readonly welcomed = new WeakSet<Line>();

  private greet(line: Line, revision: number): void {
    if (this.welcomed.has(line)) {
      line.send(JSON.stringify(this.revisions(revision)));
      return;
    }
    this.welcomed.add(line);
    line.send(
      JSON.stringify({
        t: "welcome",
        protocol: 1,
        revision: this.log.length,
        document: this.document,
        people: [],
        you: "me",
        role: "editor",
        findings: [],
        risk: null,
        runs: [],
        models: [],
      }),
    );
  }

  private answer(line: Line, operation: Operation): void {
    const known = this.log.find((entry) => entry.op === operation.id);
    if (this.refuses !== "") {
      const { id } = operation;
      line.send(
        JSON.stringify({ t: "refused", id, code: "removed", reason: this.refuses, field: "" }),
      );
      return;
    }
    if (!known) this.write(operation);
    const revision = known?.revision ?? this.log.length;
    line.send(JSON.stringify({ t: "ack", id: operation.id, revision }));
    if (!known) this.tell(revision - 1);
  }
}
