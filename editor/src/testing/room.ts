import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { WebSocketServer } from "ws";
import type { Change, Operation } from "../document/types";

/** One end of a line, as the room sees it. */
interface Line {
  send(text: string): void;
}

/**
 * A room for tests: a real server, of WebSockets and of events, that keeps a log.
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
  /** Set to turn sockets away before they open, as some proxies do. */
  blocksSockets = false;
  posts = 0;
  readonly listening: Promise<void>;
  private readonly http = createServer((request, answer) => void this.serve(request, answer));
  private readonly server = new WebSocketServer({ noServer: true });
  private readonly streams = new Set<ServerResponse>();

  constructor() {
    this.listening = new Promise((resolve) => this.http.listen(0, "127.0.0.1", resolve));
    this.http.on("upgrade", (request, socket, head) => {
      if (this.blocksSockets) socket.destroy();
      else this.server.handleUpgrade(request, socket, head, (line) => this.join(line));
    });
  }

  get address(): string {
    return `ws://127.0.0.1:${(this.http.address() as AddressInfo).port}/`;
  }

  private join(line: Line & { on(name: "message", take: (data: unknown) => void): void }): void {
    line.on("message", (data) => this.take(line, String(data)));
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
    const text = JSON.stringify(frame);
    for (const line of this.server.clients) line.send(text);
    for (const stream of this.streams) stream.write(`data: ${text}\n\n`);
  }

  close(): void {
    for (const line of this.server.clients) line.terminate();
    this.server.close();
    this.http.closeAllConnections();
    this.http.close();
  }

  /** GET opens a stream, POST says one message and hears its answer. */
  private async serve(request: IncomingMessage, answer: ServerResponse): Promise<void> {
    if (request.method === "POST") {
      this.posts += 1;
      let text = "";
      for await (const part of request) text += String(part);
      this.take(this.answering(answer), text);
      if (!answer.writableEnded) answer.writeHead(204).end();
      return;
    }
    answer.writeHead(200, { "Content-Type": "text/event-stream" });
    this.greet({ send: (frame) => answer.write(`data: ${frame}\n\n`) }, 0);
    this.streams.add(answer);
    answer.on("close", () => this.streams.delete(answer));
  }

  private answering(answer: ServerResponse): Line {
    const line = { send: (text: string) => void answer.writeHead(200).end(text) };
    this.welcomed.add(line);
    return line;
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
