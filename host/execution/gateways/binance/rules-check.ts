import type { CancelTimer } from "../../../platform/index.ts";
import { BackOff } from "../back-off.ts";
import type { SessionPorts } from "../reconnecting-session.ts";
import type { RestDesk } from "./rest-desk.ts";
import type { ExpectedGrid, VenueRules } from "./venue-rules.ts";
import { compareRules } from "./venue-rules.ts";

/** What the configuration says of the venue's rules. */
export interface ExpectedRules {
  readonly grids: readonly ExpectedGrid[];
  readonly ordersMax: number;
  readonly windowSeconds: number;
}

const WEIGHT = 20;

/** Asks the venue for its rules at the start, until they come, and says why nobody may arm where they are not the configuration's. */
export class RulesCheck {
  private readonly expected: ExpectedRules;
  private readonly url: string;
  private readonly desk: RestDesk;
  private readonly ports: SessionPorts;
  private readonly onNotice: (level: "info" | "warn" | "error", text: string) => void;
  private readonly backOff: BackOff;
  private cancelRetry: CancelTimer | null = null;
  private isStopped = false;
  private refusal: string | null =
    "binance: its exchangeInfo has not come yet, so that the configured grid is unproven; wait, or see that the REST address is right";

  constructor(
    expected: ExpectedRules,
    restUrl: string,
    desk: RestDesk,
    ports: SessionPorts,
    onNotice: (level: "info" | "warn" | "error", text: string) => void,
  ) {
    this.expected = expected;
    const symbols = encodeURIComponent(JSON.stringify(expected.grids.map(({ symbol }) => symbol)));
    this.url = `${restUrl}/api/v3/exchangeInfo?symbols=${symbols}`;
    this.desk = desk;
    this.ports = ports;
    this.onNotice = onNotice;
    this.backOff = new BackOff(ports.random);
  }

  /** Null once the rules have come and are the configuration's. */
  get armRefusal(): string | null {
    return this.refusal;
  }

  start(): void {
    const waitNs = this.desk.get(this.url, WEIGHT, {
      onAnswer: ({ status, bytes }) => {
        if (status === 200) this.judge(Buffer.from(bytes).toString("utf8"));
        // -1121: the venue knows one of the symbols not at all.
        else this.again(`status ${status}: ${Buffer.from(bytes).toString("utf8").slice(0, 200)}`, 0);
      },
      onError: (reason) => this.again(reason, 0),
    });
    if (waitNs > 0) this.again("the request weight of this minute is spent", waitNs);
  }

  stop(): void {
    this.isStopped = true;
    this.cancelRetry?.();
  }

  private judge(text: string): void {
    if (this.isStopped) return;
    let rules: VenueRules;
    try {
      rules = compareRules(text, this.expected.grids);
    } catch (error) {
      this.again(error instanceof Error ? error.message : String(error), 0);
      return;
    }
    const { differences, weightMax, orderLimits } = rules;
    if (weightMax !== null) this.desk.budget.setLimit(weightMax);
    this.warnOfRates(orderLimits);
    this.refusal =
      differences.length === 0
        ? null
        : `binance: the venue's rules are not the configuration's: ${differences.join("; ")}. Correct the instruments of the configuration and restart`;
    if (this.refusal === null)
      this.onNotice("info", "binance: the venue's rules are those of the configuration");
    else this.onNotice("error", this.refusal);
  }

  private warnOfRates(limits: VenueRules["orderLimits"]): void {
    const { ordersMax, windowSeconds } = this.expected;
    for (const limit of limits) {
      // Two windows of ours can lie in one of the venue's, and the other way round: what counts is the most in the venue's window.
      const most = ordersMax * Math.ceil(limit.windowSeconds / windowSeconds);
      if (limit.windowSeconds <= 60 && most > limit.ordersMax)
        this.onNotice(
          "warn",
          `binance: risk.orderRate allows ${most} orders in ${limit.windowSeconds} s, the venue ${limit.ordersMax}: beyond that it refuses them with 429`,
        );
    }
  }

  private again(reason: string, leastNs: number): void {
    if (this.isStopped) return;
    const waitNs = Math.max(this.backOff.next(), leastNs);
    this.onNotice(
      "warn",
      `binance: no exchangeInfo: ${reason}; trying again in ${(waitNs / 1e9).toFixed(1)} s, and nobody can arm before`,
    );
    this.cancelRetry = this.ports.timers.after(waitNs, () => this.start());
  }
}
