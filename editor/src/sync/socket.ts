import type { ClientMessage, ServerMessage } from "./messages";

const FIRST_DELAY_MS = 400;
const LONGEST_DELAY_MS = 15_000;
const TOO_FAST_DELAY_MS = 5_000;
/** The server pulses every 2 s: this long without a word and the line is dead. */
const SILENCE_MS = 9_000;

/** Why the server closed the line, in words; `final` means that trying again cannot help. */
export const CLOSINGS: Readonly<Record<number, { text: string; final: boolean }>> = {
  4401: {
    text: "You are signed out. Sign in again; your unsaved edits are kept here.",
    final: true,
  },
  4403: { text: "You no longer have the right to open this system.", final: true },
  4404: { text: "This system does not exist, or it was removed.", final: true },
  4409: { text: "Bartizan was updated. Reload the page to go on.", final: true },
  4413: {
    text: "An edit was too large to send. Reload, and add fewer elements at once.",
    final: true,
  },
  1009: {
    text: "An edit was too large to send. Reload, and add fewer elements at once.",
    final: true,
  },
  4429: { text: "Too many edits at once; going on in a few seconds.", final: false },
  4503: { text: "The server cannot save right now; trying again.", final: false },
};

export interface Handlers {
  opened(): void;
  received(message: ServerMessage): void;
  /** `text` is empty for an ordinary lost connection. */
  closed(text: string, final: boolean): void;
}

/** One line to the server that comes back by itself, a little later each time. */
export class Line {
  private readonly url: string;
  private readonly handlers: Handlers;
  private socket: WebSocket | null = null;
  private attempt = 0;
  private retry = 0;
  private silence = 0;
  private stopped = false;

  constructor(url: string, handlers: Handlers) {
    this.url = url;
    this.handlers = handlers;
  }

  open(): void {
    this.stopped = false;
    const socket = new WebSocket(this.url);
    this.socket = socket;
    socket.onopen = () => {
      this.listen();
      this.handlers.opened();
    };
    socket.onmessage = (event: MessageEvent<string>) => {
      this.listen();
      const received = JSON.parse(event.data) as ServerMessage;
      // Only a line that the server talks on counts as restored: it may accept and then refuse.
      if (received.t === "welcome" || received.t === "revisions") this.attempt = 0;
      this.handlers.received(received);
    };
    socket.onclose = (event) => this.lost(socket, event.code);
  }

  send(message: ClientMessage): boolean {
    if (this.socket?.readyState !== WebSocket.OPEN) return false;
    this.socket.send(JSON.stringify(message));
    return true;
  }

  stop(): void {
    this.stopped = true;
    window.clearTimeout(this.retry);
    window.clearTimeout(this.silence);
    this.socket?.close();
  }

  /** Try at once: the network came back, or the person asked. */
  hurry(): void {
    if (this.stopped || this.socket?.readyState === WebSocket.OPEN) return;
    if (this.socket?.readyState === WebSocket.CONNECTING) return;
    window.clearTimeout(this.retry);
    this.open();
  }

  private listen(): void {
    window.clearTimeout(this.silence);
    this.silence = window.setTimeout(() => {
      const socket = this.socket;
      if (socket) {
        socket.close();
        // A dead network may withhold the close event for minutes.
        this.lost(socket, 1006);
      }
    }, SILENCE_MS);
  }

  private lost(socket: WebSocket, code: number): void {
    if (socket !== this.socket) return;
    this.socket = null;
    window.clearTimeout(this.silence);
    if (this.stopped) return;
    const closing = CLOSINGS[code];
    this.stopped = closing?.final ?? false;
    this.handlers.closed(closing?.text ?? "", this.stopped);
    if (!this.stopped) this.retry = window.setTimeout(() => this.open(), this.delay(code));
  }

  private delay(code: number): number {
    const step = Math.min(FIRST_DELAY_MS * 2 ** this.attempt, LONGEST_DELAY_MS);
    this.attempt += 1;
    // Spread out, so that a room of people does not return in the same instant.
    const spread = step * (0.5 + Math.random());
    return code === 4429 || code === 4503 ? Math.max(spread, TOO_FAST_DELAY_MS) : spread;
  }
}
