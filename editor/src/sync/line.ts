import type { Carrier, CarrierEvents } from "./carrier";
import { EventCarrier } from "./events";
import type { ClientMessage, ServerMessage } from "./messages";
import { SocketCarrier } from "./socket";
import { t } from "../words/t";

const FIRST_DELAY_MS = 400;
const LONGEST_DELAY_MS = 15_000;
const TOO_FAST_DELAY_MS = 5_000;
/** The server pulses every 2 s: this long without a word and the line is dead. */
const SILENCE_MS = 9_000;
/** So many sockets in a row on which the server was not heard, and something blocks them. */
const MUTE_SOCKETS = 2;

const TOO_LARGE = {
  text: t("An edit was too large to send. Reload, and add fewer elements at once."),
  final: true,
};

/** Why the server closed the line, in words; `final` means that trying again cannot help. */
const CLOSINGS: Readonly<Record<number, { text: string; final: boolean }>> = {
  4401: {
    text: t("You are signed out. Sign in again; your unsaved edits are kept here."),
    final: true,
  },
  4403: { text: t("You no longer have the right to open this system."), final: true },
  4404: { text: t("This system does not exist, or it was removed."), final: true },
  4409: { text: t("Bartizan was updated. Reload the page to go on."), final: true },
  4413: TOO_LARGE,
  1009: TOO_LARGE,
  4429: { text: t("Too many edits at once; going on in a few seconds."), final: false },
  4503: { text: t("The server cannot save right now; trying again."), final: false },
};

export interface Handlers {
  opened(): void;
  received(message: ServerMessage): void;
  /** `text` is empty for an ordinary lost connection. */
  closed(text: string, final: boolean): void;
}

export interface Addresses {
  socket: string;
  /** Where the same messages go as events and by POST. */
  events: string;
  csrf: string;
}

/** One line to the server that comes back by itself, a little later each time. */
export class Line {
  private readonly addresses: Addresses;
  private readonly handlers: Handlers;
  private carrier: Carrier | null = null;
  private mute = 0;
  private heard = false;
  private attempt = 0;
  private retry = 0;
  private silence = 0;
  private stopped = false;

  constructor(addresses: Addresses, handlers: Handlers) {
    this.addresses = addresses;
    this.handlers = handlers;
  }

  open(): void {
    this.stopped = false;
    this.heard = false;
    const carrier: Carrier = this.carry({
      opened: () => {
        this.listen();
        this.handlers.opened();
      },
      received: (message) => this.received(message),
      lost: (code) => this.lost(carrier, code),
    });
    this.carrier = carrier;
  }

  send(message: ClientMessage): boolean {
    if (!this.carrier?.open) return false;
    this.carrier.send(message);
    return true;
  }

  stop(): void {
    this.stopped = true;
    window.clearTimeout(this.retry);
    window.clearTimeout(this.silence);
    this.carrier?.close();
    this.carrier = null;
  }

  /** Try at once: the network came back, or the person asked. */
  hurry(): void {
    if (this.stopped || this.carrier) return;
    window.clearTimeout(this.retry);
    this.open();
  }

  private carry(events: CarrierEvents): Carrier {
    const { socket, events: stream, csrf } = this.addresses;
    if (this.mute < MUTE_SOCKETS) return new SocketCarrier(socket, events);
    return new EventCarrier(stream, csrf, events);
  }

  private received(message: ServerMessage): void {
    this.heard = true;
    this.listen();
    // Only a line that the server talks on counts as restored: it may accept and then refuse.
    if (message.t === "welcome" || message.t === "revisions") this.attempt = 0;
    this.handlers.received(message);
  }

  private listen(): void {
    window.clearTimeout(this.silence);
    this.silence = window.setTimeout(() => {
      const { carrier } = this;
      if (!carrier) return;
      carrier.close();
      // A dead network may withhold the close event for minutes.
      this.lost(carrier, 1006);
    }, SILENCE_MS);
  }

  private lost(carrier: Carrier, code: number): void {
    if (carrier !== this.carrier) return;
    this.carrier = null;
    window.clearTimeout(this.silence);
    if (this.stopped) return;
    const closing = CLOSINGS[code];
    this.count(closing !== undefined);
    this.stopped = closing?.final ?? false;
    this.handlers.closed(closing?.text ?? "", this.stopped);
    if (!this.stopped) this.retry = window.setTimeout(() => this.open(), this.delay(code));
  }

  /** Whether the next carrier is a socket: a stream that is not heard either means no server. */
  private count(ours: boolean): void {
    if (this.mute >= MUTE_SOCKETS) this.mute = this.heard ? this.mute : 0;
    else this.mute = this.heard || ours ? 0 : this.mute + 1;
  }

  private delay(code: number): number {
    const step = Math.min(FIRST_DELAY_MS * 2 ** this.attempt, LONGEST_DELAY_MS);
    this.attempt += 1;
    // Spread out, so that a room of people does not return in the same instant.
    const spread = step * (0.5 + Math.random());
    return code === 4429 || code === 4503 ? Math.max(spread, TOO_FAST_DELAY_MS) : spread;
  }
}
