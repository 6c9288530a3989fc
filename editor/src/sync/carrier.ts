import type { ClientMessage, ServerMessage } from "./messages";

/** What carries a line's messages: a socket, or a stream of events with posted messages. */
export interface Carrier {
  readonly open: boolean;
  send(message: ClientMessage): void;
  /** End it without a word to `lost`. */
  close(): void;
}

export interface CarrierEvents {
  opened(): void;
  received(message: ServerMessage): void;
  /** The close code; 1006 for a connection that broke or never was. */
  lost(code: number): void;
}
