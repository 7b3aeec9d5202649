import type { ApiSession } from "./api-session.ts";
import type { VenueClock } from "./clock.ts";
import type { Connection } from "./connection.ts";
import { MessageRate } from "./message-rate.ts";
import type { StreamSession } from "./stream-session.ts";

/** One connected client: exactly one of `stream` and `api` is set. */
export class ClientSession {
  readonly connection: Connection;
  readonly stream: StreamSession | null;
  readonly api: ApiSession | null;
  readonly rate: MessageRate = new MessageRate();
  /** When the client's last message arrives: the next one cannot overtake it. */
  lastInNs = 0;

  constructor(connection: Connection, stream: StreamSession | null, api: ApiSession | null) {
    this.connection = connection;
    this.stream = stream;
    this.api = api;
  }

  /** Tells the client that this server is about to stop. */
  sendShutdown(nowNs: number, clock: VenueClock): void {
    if (this.stream !== null) {
      this.stream.sendShutdown(nowNs, clock);
      return;
    }
    const stamp = clock.stamp(nowNs, this.connection.micros);
    this.connection.send(`{"event":{"e":"serverShutdown","E":${stamp}}}`, nowNs);
  }
}
