/** How fast session time runs: a multiple of real time, or as fast as the clients keep up. */
export type SessionSpeed = number | "max";

/**
 * Session time from the machine's monotonic clock. It stands at 0 until `start`, so that a replay does not run away before
 * anyone listens. At speed "max" it has no pace of its own: the server moves it from event to event.
 */
export class SessionClock {
  readonly speed: SessionSpeed;
  #startedAt: bigint | null = null;

  /** Throws a RangeError for a speed that is not above zero. */
  constructor(speed: SessionSpeed) {
    if (speed !== "max" && !(speed > 0 && Number.isFinite(speed))) {
      throw new RangeError(`speed ${speed} must be a number above 0, or "max".`);
    }
    this.speed = speed;
  }

  get running(): boolean {
    return this.#startedAt !== null;
  }

  start(): void {
    this.#startedAt ??= process.hrtime.bigint();
  }

  /** Session nanoseconds now; 0 at speed "max", where events set the time. */
  nowNs(): number {
    if (this.#startedAt === null || this.speed === "max") return 0;
    return Math.floor(Number(process.hrtime.bigint() - this.#startedAt) * this.speed);
  }

  /** Real milliseconds until that session time, at least 0. */
  delayMs(untilNs: number): number {
    if (this.speed === "max") return 0;
    return Math.max(0, (untilNs - this.nowNs()) / this.speed / 1e6);
  }
}
