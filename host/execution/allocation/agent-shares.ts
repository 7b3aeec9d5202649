import { RateWindow } from "../risk/index.ts";
import type { RiskLimits } from "../risk/index.ts";

const MILLION = 1_000_000;

/** Each agent's share of the account's limits, worked out into limits of its own. Shares change between events, by people. */
export class AgentShares {
  /** In millionths, by agent. */
  readonly sharePpm: Float64Array;
  /** At agent * instrumentCount + instrument. */
  readonly positionMax: Float64Array;
  readonly openOrdersMax: Int32Array;
  /** Undefined: no share, no orders. */
  readonly rates: (RateWindow | undefined)[];
  readonly #limits: RiskLimits;
  readonly #agentsMax: number;

  constructor(limits: RiskLimits, agentsMax: number) {
    this.sharePpm = new Float64Array(agentsMax);
    this.positionMax = new Float64Array(agentsMax * limits.positionMax.length);
    this.openOrdersMax = new Int32Array(agentsMax);
    this.rates = Array.from<RateWindow | undefined>({ length: agentsMax });
    this.#limits = limits;
    this.#agentsMax = agentsMax;
  }

  /** Sets an agent's share, 0 to 1,000,000. Throws RangeError when the sum would pass one million. */
  set(agent: number, sharePpm: number): void {
    if (!Number.isInteger(agent) || agent < 0 || agent >= this.#agentsMax) {
      throw new RangeError(
        `share of agent ${agent}: expected an index from 0 to ${this.#agentsMax - 1}; correct the index`,
      );
    }
    const others = this.sharePpm.reduce((sum, share) => sum + share, 0) - (this.sharePpm[agent] ?? 0);
    if (!Number.isInteger(sharePpm) || sharePpm < 0 || others + sharePpm > MILLION) {
      throw new RangeError(
        `share of agent ${agent}: ${sharePpm} millionths beside ${others} of the others; choose 0 to ${MILLION - others}`,
      );
    }
    const limits = this.#limits;
    this.sharePpm[agent] = sharePpm;
    limits.positionMax.forEach((limit, row) => {
      this.positionMax[agent * limits.positionMax.length + row] = shareOf(limit, sharePpm);
    });
    this.openOrdersMax[agent] = shareOf(limits.openOrdersMax, sharePpm);
    const { ordersMax, windowNs } = limits.input.orderRate;
    const rate = shareOf(ordersMax, sharePpm);
    // A new window has no memory of what the agent sent; the account's own rate limit goes on across the change.
    if (this.rates[agent]?.eventsMax !== rate) {
      this.rates[agent] = rate > 0 ? new RateWindow(rate, windowNs) : undefined;
    }
  }
}

/** ⌊limit × share / 10^6⌋, exactly: the limit is split at one million so that no product passes 2^53. */
function shareOf(limit: number, sharePpm: number): number {
  const millions = Math.floor(limit / MILLION);
  return millions * sharePpm + Math.floor(((limit - millions * MILLION) * sharePpm) / MILLION);
}
