import type { Carrier, CarrierEvents } from "./carrier";
import type { ClientMessage, ServerMessage } from "./messages";

/** Positions by POST cost a request each: a few a second are enough to see where somebody is. */
const PRESENCE_EVERY_MS = 250;

/** What the socket's close codes say, for answers that come before the stream. */
const CODES: Readonly<Record<number, number>> = {
  401: 4401,
  403: 4403,
  404: 4404,
  413: 4413,
  429: 4429,
  503: 4503,
};

type Frame = ServerMessage | { t: "end"; code: number };

/**
 * The socket's messages where WebSockets are blocked: server-sent events down, POST up.
 *
 * Messages go one after another, as on a socket; of positions only the latest waits.
 */
export class EventCarrier implements Carrier {
  private readonly url: string;
  private readonly csrf: string;
  private readonly events: CarrierEvents;
  private readonly abort = new AbortController();
  private readonly waiting: ClientMessage[] = [];
  private position: ClientMessage | null = null;
  private positionAt = 0;
  private timer = 0;
  private busy = false;
  private you = "";

  constructor(url: string, csrf: string, events: CarrierEvents) {
    this.url = url;
    this.csrf = csrf;
    this.events = events;
    void this.listen();
  }

  get open(): boolean {
    return this.you !== "" && !this.abort.signal.aborted;
  }

  send(message: ClientMessage): void {
    if (message.t === "presence") this.position = message;
    else this.waiting.push(message);
    void this.post();
  }

  close(): void {
    window.clearTimeout(this.timer);
    this.abort.abort();
  }

  private async listen(): Promise<void> {
    try {
      const answer = await fetch(`${this.url}?protocol=1`, {
        credentials: "same-origin",
        headers: { Accept: "text/event-stream" },
        signal: this.abort.signal,
      });
      if (!answer.ok || !answer.body) return this.end(CODES[answer.status] ?? 1006);
      await this.read(answer.body.getReader());
      this.end(1006);
    } catch {
      this.end(1006);
    }
  }

  private async read(reader: ReadableStreamDefaultReader<Uint8Array>): Promise<void> {
    const decoder = new TextDecoder();
    let text = "";
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      const lines = (text + decoder.decode(part.value, { stream: true })).split("\n");
      text = lines.pop() ?? "";
      for (const line of lines) {
        if (line.startsWith("data: ")) this.take(JSON.parse(line.slice(6)) as Frame);
      }
    }
  }

  private take(frame: Frame): void {
    if (this.abort.signal.aborted) return;
    if (frame.t === "end") return this.end(frame.code);
    this.events.received(frame);
    // The stream begins with the welcome, which names it; only then can anything be said.
    if (frame.t === "welcome" && this.you === "") {
      this.you = frame.you ?? "";
      this.events.opened();
    }
  }

  private end(code: number): void {
    if (this.abort.signal.aborted) return;
    this.close();
    this.events.lost(code);
  }

  private next(): ClientMessage | null {
    const message = this.waiting.shift();
    if (message || !this.position) return message ?? null;
    const wait = this.positionAt + PRESENCE_EVERY_MS - Date.now();
    if (wait > 0) {
      window.clearTimeout(this.timer);
      this.timer = window.setTimeout(() => void this.post(), wait);
      return null;
    }
    const { position } = this;
    this.position = null;
    this.positionAt = Date.now();
    return position;
  }

  private async post(): Promise<void> {
    if (this.busy || !this.open) return;
    this.busy = true;
    for (let message = this.next(); message && this.open; message = this.next()) {
      await this.say(message);
    }
    this.busy = false;
  }

  private async say(message: ClientMessage): Promise<void> {
    try {
      const answer = await fetch(this.url, {
        method: "POST",
        credentials: "same-origin",
        headers: { "Content-Type": "application/json", "X-CSRFToken": this.csrf, Line: this.you },
        body: JSON.stringify(message),
        signal: this.abort.signal,
      });
      if (!answer.ok) return this.end(CODES[answer.status] ?? 1006);
      if (answer.status === 200) this.take((await answer.json()) as Frame);
    } catch {
      this.end(1006);
    }
  }
}
