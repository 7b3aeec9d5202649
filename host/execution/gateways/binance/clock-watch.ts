import type { CancelTimer, Timers } from "../../../platform/index.ts";
import type { RestDesk } from "./rest-desk.ts";
import type { VenueClock } from "./venue-clock.ts";

/** Clocks drift by some 100 ppm at worst: 6 ms in a minute. */
const POLL_NS = 60e9;
/** After a refused stamp, at most once in that time: one order a millisecond may be refused. */
const ASK_AGAIN_NS = 1e9;

/** Keeps the estimate of how far the venue's clock is ahead: at the start, each minute, and when the venue has refused a stamp [V14]. */
export class ClockWatch {
  private readonly clock: VenueClock;
  private readonly desk: RestDesk;
  private readonly timers: Timers;
  private readonly url: string;
  private readonly onChange: (aheadMs: number) => void;
  private cancelPoll: CancelTimer | null = null;
  private askedNs = Number.NEGATIVE_INFINITY;

  constructor(
    clock: VenueClock,
    desk: RestDesk,
    timers: Timers,
    restUrl: string,
    onChange: (aheadMs: number) => void,
  ) {
    this.clock = clock;
    this.desk = desk;
    this.timers = timers;
    this.url = `${restUrl}/api/v3/time`;
    this.onChange = onChange;
  }

  start(): void {
    this.ask();
    this.cancelPoll = this.timers.after(POLL_NS, () => this.start());
  }

  /** The venue has refused a stamp. */
  askSoon(): void {
    if (this.clock.nowNs() - this.askedNs >= ASK_AGAIN_NS) this.ask();
  }

  stop(): void {
    this.cancelPoll?.();
  }

  private ask(): void {
    const sentNs = this.clock.nowNs();
    this.askedNs = sentNs;
    // A minute without an estimate costs nothing: the last one stands.
    this.desk.get(this.url, 1, {
      onAnswer: ({ status, bytes }) => {
        const [, digits] = /"serverTime":(\d{13})\b/.exec(Buffer.from(bytes).toString("latin1")) ?? [];
        if (status !== 200 || digits === undefined) return;
        const before = this.clock.aheadMs;
        if (this.clock.measure(Number(digits), sentNs) && this.clock.aheadMs !== before)
          this.onChange(this.clock.aheadMs);
      },
      onError: () => undefined,
    });
  }
}
