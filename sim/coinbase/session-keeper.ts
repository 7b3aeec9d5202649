import { CLOSE_GOING_AWAY, CLOSE_POLICY } from "../wire/index.ts";
import type { VenueClock } from "./clock.ts";
import type { ClientSession } from "./client-session.ts";
import { statusEvents } from "./product-text.ts";
import type { ProductSpec } from "./product.ts";

const SECOND_NS = 1_000_000_000;
/** A client that has not subscribed by then is disconnected. */
const SUBSCRIBE_WITHIN_NS = 5 * SECOND_NS;
/** The venue says 60 to 90 s without an update. */
const IDLE_NS = 75 * SECOND_NS;
/** The `status` channel comes "on a preset interval" that is not documented. */
const STATUS_SECONDS = 5;
/** Heartbeats count the seconds since the venue's own start, which was before the session's. */
const UPTIME_NS = 41_690 * SECOND_NS;

/**
 * The open connections, and what time brings to them: a heartbeat each second, the status of products, the end of those that
 * never subscribe and of those that nothing is sent to.
 */
export class SessionKeeper {
  readonly sessions: Set<ClientSession> = new Set();
  readonly #clock: VenueClock;
  readonly #specs: readonly ProductSpec[];
  #nextSecond = 1;

  constructor(clock: VenueClock, specs: readonly ProductSpec[]) {
    this.#clock = clock;
    this.#specs = specs;
  }

  /** When `run` has something to do next; Infinity without connections. */
  get nextNs(): number {
    if (this.sessions.size === 0) return Infinity;
    let nextNs = this.#nextSecond * SECOND_NS;
    for (const session of this.sessions) nextNs = Math.min(nextNs, deadlineNs(session));
    return nextNs;
  }

  add(session: ClientSession): void {
    // Seconds in which nobody listened are over.
    const second = Math.floor(session.connection.connectedNs / SECOND_NS) + 1;
    if (this.sessions.size === 0) this.#nextSecond = Math.max(this.#nextSecond, second);
    this.sessions.add(session);
  }

  run(nowNs: number): void {
    while (this.#nextSecond * SECOND_NS <= nowNs) {
      this.#beat(this.#nextSecond);
      this.#nextSecond += 1;
    }
    for (const session of this.sessions) {
      const { connection, stream } = session;
      if (!connection.closed && deadlineNs(session) <= nowNs) {
        const [code, reason] = stream.hasSubscribed
          ? [CLOSE_GOING_AWAY, "idle"]
          : [CLOSE_POLICY, "no subscribe message within 5 seconds"];
        connection.close(code, reason, nowNs);
      }
      if (connection.closed) this.sessions.delete(session);
    }
  }

  #beat(second: number): void {
    const nowNs = second * SECOND_NS;
    const uptimeNs = UPTIME_NS + nowNs;
    const counter = Math.floor(uptimeNs / SECOND_NS);
    const time = this.#clock.goTime(nowNs, uptimeNs);
    const heartbeat = `[{"current_time":"${time}","heartbeat_counter":${counter}}]`;
    for (const { stream } of this.sessions) {
      if (!stream.heartbeatsOff) stream.publish("heartbeats", "", heartbeat, nowNs);
      if (second % STATUS_SECONDS === 0) stream.publish("status", "", statusEvents(this.#specs), nowNs);
    }
  }
}

function deadlineNs({ connection, stream }: ClientSession): number {
  return stream.hasSubscribed
    ? connection.lastSentNs + IDLE_NS
    : connection.connectedNs + SUBSCRIBE_WITHIN_NS;
}
