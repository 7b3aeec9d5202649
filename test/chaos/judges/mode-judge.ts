import { Channel, lineOf } from "../../../host/execution/gateways/index.ts";
import type { Complain, Judge, JudgedWorld } from "./judge.ts";
import { isNewOrder } from "./wire-record.ts";
import type { SentRequest } from "./wire-record.ts";

/** ACTIVE 1, REDUCING 2, CANCEL_ONLY 3, HALTED 4. */
const REDUCING = 2;
/** Cancels are tried again each second; the rest is for latency and pauses. */
const CANCELED_WITHIN_NS = 15e9;
/** What is seen restricted now may have been so since the last look. */
const LOOK_NS = 1e9;

/** [I12] Zero new orders while the account is halted or an instrument is restricted; cancels flow, so that nothing stays open. */
export class ModeJudge implements Judge {
  readonly name = "modes";
  private readonly world: JudgedWorld;
  private readonly complain: Complain;
  /** By instrument: whether the host said at the last look, within this life, that it takes no new orders there. */
  private restricted: boolean[] = [];
  private restrictedNs: number[] = [];
  /** By venue: since when open orders ought to go and the order line is up; -1 while it is not so. */
  private cancelableNs: number[] = [];

  constructor(world: JudgedWorld, complain: Complain) {
    this.world = world;
    this.complain = complain;
  }

  onBirth(): void {
    this.restricted = [];
    this.restrictedNs = [];
    this.cancelableNs = [];
  }

  onSent(request: SentRequest): void {
    if (!isNewOrder(request)) return;
    const { haltedByHandNs, nowNs } = this.world;
    if (haltedByHandNs !== null)
      this.complain(
        this.name,
        `${request.clientOrderId} leaves ${nowNs - haltedByHandNs} ns after the halt by hand`,
      );
    // What is restricted in this very step may still have decided before.
    if (this.restricted[request.venueIndex] === true && this.isRestricted(request.venueIndex))
      this.complain(this.name, `${request.clientOrderId} leaves while its instrument is restricted`);
  }

  look(): void {
    const count = this.world.venues.length;
    this.restricted = Array.from({ length: count }, (_, index) => this.isRestricted(index));
    for (let index = 0; index < count; index++) {
      this.judgeLoss(index);
      this.judgeCancels(index);
    }
  }

  /** [V1] Of a line that is lost with orders open the host says so at once: a fill may have been missed. */
  private judgeLoss(index: number): void {
    const { life } = this.world;
    if (life === null || life.isEnding || this.restricted[index] === true) return;
    if (life.host.session.lineUp[lineOf(index, Channel.ORDERS)] === 1) return;
    const { open, columns } = life.host.built.orders;
    for (let place = 0; place < open.count; place++)
      if (columns.instrument[open.slots[place] ?? 0] === index)
        this.complain(
          this.name,
          `orders are open at venue ${index}, its order line is down, and it is not restricted`,
        );
  }

  private judgeCancels(index: number): void {
    const { venues, nowNs, haltedByHandNs } = this.world;
    const isMeantToCancel = haltedByHandNs !== null || this.isLostSinceRestricted(index);
    if (!isMeantToCancel || !this.canCancel(index)) {
      this.cancelableNs[index] = -1;
      return;
    }
    const sinceNs = this.cancelableNs[index] ?? -1;
    if (sinceNs < 0) this.cancelableNs[index] = nowNs;
    const open = venues[index]?.record.openOrders().length ?? 0;
    if (sinceNs >= 0 && nowNs - sinceNs > CANCELED_WITHIN_NS && open > 0)
      this.complain(
        this.name,
        `cancels could flow for ${(nowNs - sinceNs) / 1e9} s, and ${open} orders are open at venue ${index}`,
      );
  }

  private canCancel(index: number): boolean {
    const { life, venues, nowNs } = this.world;
    const venue = venues[index];
    if (life === null || venue === undefined || nowNs < life.pausedUntilNs) return false;
    return life.host.session.lineUp[lineOf(index, Channel.ORDERS)] === 1 && venue.takesCancels(nowNs);
  }

  /** [V1] What was open when the order line was lost is canceled when it is back. */
  private isLostSinceRestricted(index: number): boolean {
    const { life, nowNs } = this.world;
    if (this.restricted[index] !== true) this.restrictedNs[index] = -1;
    else if ((this.restrictedNs[index] ?? -1) < 0) this.restrictedNs[index] = nowNs;
    const sinceNs = this.restrictedNs[index] ?? -1;
    return sinceNs >= 0 && (life?.wires[index]?.ordersLostNs ?? -1) >= sinceNs - LOOK_NS;
  }

  atRest(): void {
    const { life, venues } = this.world;
    for (const [index, { record }] of venues.entries()) {
      const open = record.openOrders().map(({ clientOrderId }) => clientOrderId);
      if (open.length > 0)
        this.complain(this.name, `halted and healed, and ${open.join(", ")} still open at venue ${index}`);
    }
    const known = life?.host.session.openOrders ?? 0;
    if (known > 0)
      this.complain(this.name, `halted and healed, and the host still counts ${known} open orders`);
  }

  private isRestricted(instrument: number): boolean {
    const modes = this.world.life?.host.built.modes;
    if (modes === undefined) return false;
    return Math.max(modes.account[0] ?? 0, modes.instrument[instrument] ?? 0) > REDUCING;
  }
}
