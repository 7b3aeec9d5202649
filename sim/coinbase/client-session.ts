import type { Connection } from "./connection.ts";
import type { StreamSession } from "./stream-session.ts";

/** One connected client. */
export class ClientSession {
  readonly connection: Connection;
  readonly stream: StreamSession;
  /** When the client's last message arrives: the next one cannot overtake it. */
  lastInNs = 0;

  constructor(connection: Connection, stream: StreamSession) {
    this.connection = connection;
    this.stream = stream;
  }
}
