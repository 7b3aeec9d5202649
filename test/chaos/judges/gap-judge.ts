import type { Complain, Judge, JudgedWorld } from "./judge.ts";

/** ACTIVE 1, REDUCING 2, CANCEL_ONLY 3, HALTED 4. */
const REDUCING = 2;

/**
 * [V4] Where the account's messages are numbered, one that is missing may have been a fill: a host to which the next one was handed over takes no new
 * orders there any more, until a person has looked. The ledgers alone would not show a host that trusts its luck: whatever comes next of an order, or the
 * round of questions of each minute, brings the fill to light before anybody wonders.
 */
export class GapJudge implements Judge {
  readonly name = "gaps";
  /** Gaps that were judged. */
  judged = 0;
  private readonly world: JudgedWorld;
  private readonly complain: Complain;
  private lookedNs = 0;

  constructor(world: JudgedWorld, complain: Complain) {
    this.world = world;
    this.complain = complain;
  }

  look(): void {
    const { life, nowNs } = this.world;
    const sinceNs = this.lookedNs;
    this.lookedNs = nowNs;
    if (life === null || life.isEnding) return;
    const { modes } = life.host.built;
    for (const [index, { ordersGapNs }] of life.wires.entries()) {
      // A person waits longer than from one look to the next before arming again.
      if (ordersGapNs < sinceNs) continue;
      this.judged += 1;
      if (Math.max(modes.account[0] ?? 0, modes.instrument[index] ?? 0) > REDUCING) continue;
      const ago = ((nowNs - ordersGapNs) / 1e9).toFixed(3);
      this.complain(
        this.name,
        `a number was missing at venue ${index} ${ago} s ago, and it is not restricted`,
      );
    }
  }
}
