import type { RestAnswer, RestCall } from "../../../platform/index.ts";
import type { SessionPorts } from "../reconnecting-session.ts";
import type { VenueClock } from "./venue-clock.ts";
import { WeightBudget } from "./weight-budget.ts";

const NS_PER_MS = 1e6;
const USED_WEIGHT = "x-mbx-used-weight-1m";

/** What becomes of a call: one of the two is called, once. */
export interface RestOutcome {
  onAnswer(answer: RestAnswer): void;
  /** The request may have left. */
  onError(reason: string): void;
}

/** All REST requests of one venue, within its weight. */
export class RestDesk {
  readonly budget: WeightBudget = new WeightBudget();
  private readonly ports: SessionPorts;
  private readonly clock: VenueClock;

  constructor(ports: SessionPorts, clock: VenueClock) {
    this.ports = ports;
    this.clock = clock;
  }

  /** Asks for a public page. 0, or for how many nanoseconds to wait: then nothing has left. */
  get(url: string, weight: number, outcome: RestOutcome): number {
    const waitMs = this.budget.take(weight, false, this.clock.venueMs());
    if (waitMs > 0) return waitMs * NS_PER_MS;
    this.ports.wire.get(url, this.noting(outcome), (reason) => outcome.onError(reason));
    return 0;
  }

  /** Whether a request of that weight may leave now; it is then counted. An urgent one may use what is kept for cancels. */
  take(weight: number, isUrgent: boolean): boolean {
    return this.budget.take(weight, isUrgent, this.clock.venueMs()) === 0;
  }

  /** Sends a request that was taken. */
  send(call: RestCall, outcome: RestOutcome): void {
    this.ports.wire.request(call, this.noting(outcome), (reason) => outcome.onError(reason));
  }

  private noting(outcome: RestOutcome): (answer: RestAnswer) => void {
    return (answer) => {
      const used = Number(answer.headers?.[USED_WEIGHT] ?? Number.NaN);
      this.budget.note(answer.status, used, answer.retryAfterMs, this.clock.venueMs());
      outcome.onAnswer(answer);
    };
  }
}
