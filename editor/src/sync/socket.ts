import type { Carrier, CarrierEvents } from "./carrier";
import type { ClientMessage, ServerMessage } from "./messages";

/** The line on a WebSocket. */
export class SocketCarrier implements Carrier {
  private readonly socket: WebSocket;

  constructor(url: string, events: CarrierEvents) {
    this.socket = new WebSocket(url);
    this.socket.onopen = () => events.opened();
    this.socket.onmessage = (event: MessageEvent<string>) => {
      events.received(JSON.parse(event.data) as ServerMessage);
    };
    this.socket.onclose = (event) => events.lost(event.code);
  }

  get open(): boolean {
    return this.socket.readyState === WebSocket.OPEN;
  }

  send(message: ClientMessage): void {
    this.socket.send(JSON.stringify(message));
  }

  close(): void {
    this.socket.close();
  }
}
