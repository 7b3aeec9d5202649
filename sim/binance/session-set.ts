import type { ClientSession } from "./client-session.ts";
import type { VenueClock } from "./clock.ts";

/** The open connections, and the pings and ends that their age brings. */
export class SessionSet {
  readonly #sessions = new Set<ClientSession>();
  readonly #keepAlive: boolean;
  #nextNs = Infinity;

  /** Without `keepAlive` there are no pings, no pong time-outs and no 24 hours. */
  constructor(keepAlive: boolean) {
    this.#keepAlive = keepAlive;
  }

  /** When `run` has something to do next. */
  get nextNs(): number {
    return this.#nextNs;
  }

  get all(): ReadonlySet<ClientSession> {
    return this.#sessions;
  }

  add(session: ClientSession): void {
    this.#sessions.add(session);
    if (this.#keepAlive) this.#nextNs = Math.min(this.#nextNs, session.connection.keepAliveDueNs);
  }

  delete(session: ClientSession): void {
    this.#sessions.delete(session);
  }

  /** Pings and closes what is due; `end` is told of each connection that was closed. */
  run(nowNs: number, clock: VenueClock, end: (session: ClientSession) => void): void {
    if (nowNs < this.#nextNs) return;
    this.#nextNs = Infinity;
    for (const session of this.#sessions) {
      const { connection } = session;
      if (connection.keepAliveDueNs <= nowNs) connection.keepAlive(nowNs, clock.ms(nowNs));
      if (connection.closed) end(session);
      else this.#nextNs = Math.min(this.#nextNs, connection.keepAliveDueNs);
    }
  }
}
