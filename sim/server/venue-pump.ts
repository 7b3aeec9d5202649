import { TaskQueue } from "../wire/index.ts";
import type { SessionClock } from "./session-clock.ts";

/** A timer cannot be set for longer than 2^31 - 1 ms; an hour is soon enough to look again. */
const SLEEP_MS_MAX = 3_600_000;
/** At speed "max": real time between looks at the sockets, and the backlog at which the replay waits for them. */
const SLICE_NS = 5_000_000n;
const BACKLOG_BYTES_MAX = 4_194_304;
const BACKLOG_WAIT_MS = 1;

/** What a pump needs of a venue, see BinanceVenue. */
export interface PumpedVenue {
  readonly nowNs: number;
  readonly nextNs: number;
  readonly busy: boolean;
  advance(untilNs: number): void;
}

/** Drives a venue by the session clock: plays what is due, sends what is due, sleeps until the next of either. */
export class VenuePump {
  readonly outbox: TaskQueue = new TaskQueue();
  readonly #venue: PumpedVenue;
  readonly #clock: SessionClock;
  readonly #backlogBytes: () => number;
  #timer: NodeJS.Timeout | null = null;
  #immediate: NodeJS.Immediate | null = null;
  #stopped = false;

  constructor(venue: PumpedVenue, clock: SessionClock, backlogBytes: () => number) {
    this.#venue = venue;
    this.#clock = clock;
    this.#backlogBytes = backlogBytes;
  }

  /** Session time for what has just come in; never before what has been played. */
  nowNs(): number {
    return Math.max(this.#clock.nowNs(), this.#venue.nowNs);
  }

  /** Plays and sends what is due, then sees to it that it is called again in time. */
  run(): void {
    if (this.#stopped) return;
    this.#cancel();
    if (this.#clock.speed === "max") this.#runSlice();
    else this.#runPaced();
  }

  stop(): void {
    this.#stopped = true;
    this.#cancel();
  }

  #runPaced(): void {
    const nowNs = this.nowNs();
    this.#venue.advance(nowNs);
    this.#send(nowNs);
    this.#startForWhatWaits();
    if (!this.#clock.running) return;
    const delayMs = this.#clock.delayMs(Math.min(this.#venue.nextNs, this.outbox.nextNs));
    // Rounded up: a timer that fires a little early would only be set again.
    this.#timer = setTimeout(() => this.run(), Math.min(Math.ceil(delayMs), SLEEP_MS_MAX));
  }

  #runSlice(): void {
    this.#venue.advance(this.#venue.nowNs);
    const until = process.hrtime.bigint() + SLICE_NS;
    this.#send(this.#venue.nowNs);
    this.#startForWhatWaits();
    if (!this.#clock.running) return;
    let nextNs = Math.min(this.#venue.nextNs, this.outbox.nextNs);
    while (
      nextNs !== Infinity &&
      this.#backlogBytes() < BACKLOG_BYTES_MAX &&
      process.hrtime.bigint() < until
    ) {
      this.#venue.advance(nextNs);
      this.#send(nextNs);
      nextNs = Math.min(this.#venue.nextNs, this.outbox.nextNs);
    }
    if (nextNs === Infinity) return;
    if (this.#backlogBytes() < BACKLOG_BYTES_MAX) this.#immediate = setImmediate(() => this.run());
    else this.#timer = setTimeout(() => this.run(), BACKLOG_WAIT_MS);
  }

  #send(nowNs: number): void {
    while (this.outbox.runDue(nowNs));
  }

  /** With latency an answer needs time to pass: a clock that waits for its first stream cannot wait any longer. */
  #startForWhatWaits(): void {
    if (this.#venue.busy || this.outbox.nextNs !== Infinity) this.#clock.start();
  }

  #cancel(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    if (this.#immediate !== null) clearImmediate(this.#immediate);
    this.#timer = null;
    this.#immediate = null;
  }
}
