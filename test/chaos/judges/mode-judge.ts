import type { Complain, Judge, JudgedWorld } from "./judge.ts";
import { isNewOrder } from "./wire-record.ts";
import type { SentRequest } from "./wire-record.ts";

/** ACTIVE 1, REDUCING 2, CANCEL_ONLY 3, HALTED 4. */
const REDUCING = 2;

/** [I12] Zero new orders while the account is halted or an instrument is restricted; cancels flow, so that nothing stays open. */
export class ModeJudge implements Judge {
  readonly name = "modes";
  private readonly world: JudgedWorld;
  private readonly complain: Complain;
  /** By instrument: whether the host said at the last look, within this life, that it takes no new orders there. */
  private restricted: boolean[] = [];

  constructor(world: JudgedWorld, complain: Complain) {
    this.world = world;
    this.complain = complain;
  }

  onBirth(): void {
    this.restricted = [];
  }

  onSent(request: SentRequest): void {
    if (!isNewOrder(request)) return;
    const { haltedByHandNs, nowNs } = this.world;
    if (haltedByHandNs !== null)
      this.complain(this.name, `${request.clientOrderId} leaves ${nowNs - haltedByHandNs} ns after the halt by hand`);
    // What is restricted in this very step may still have decided before.
    if (this.restricted[request.venueIndex] === true && this.isRestricted(request.venueIndex))
      this.complain(this.name, `${request.clientOrderId} leaves while its instrument is restricted`);
  }

  look(): void {
    const count = this.world.venues.length;
    this.restricted = Array.from({ length: count }, (_, index) => this.isRestricted(index));
  }

  atRest(): void {
    const { life, venues } = this.world;
    for (const [index, { record }] of venues.entries()) {
      const open = record.openOrders().map(({ clientOrderId }) => clientOrderId);
      if (open.length > 0)
        this.complain(this.name, `halted and healed, and ${open.join(", ")} still open at venue ${index}`);
    }
    const known = life?.host.session.openOrders ?? 0;
    if (known > 0) this.complain(this.name, `halted and healed, and the host still counts ${known} open orders`);
  }

  private isRestricted(instrument: number): boolean {
    const modes = this.world.life?.host.built.modes;
    if (modes === undefined) return false;
    return Math.max(modes.account[0] ?? 0, modes.instrument[instrument] ?? 0) > REDUCING;
  }
}
