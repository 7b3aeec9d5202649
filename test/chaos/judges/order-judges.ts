import { JOURNAL, WORLD_LIMITS } from "../world/world-configuration.ts";
import type { ChaosWire } from "../world/chaos-wire.ts";
import type { Complain, Judge, JudgedWorld } from "./judge.ts";
import type { VenueOrder } from "./venue-record.ts";
import { isNewOrder } from "./wire-record.ts";
import type { SentRequest } from "./wire-record.ts";

const NS_PER_SECOND = 1e9;
const MANTISSA = 1e8;
/** Where the record of an order must lie: the second half of a replace leaves seconds after it was written, with a whole book of 5 MB in between. */
const TAIL_BYTES = 1 << 24;

/** [I2] A client order id is sent once, ever, and the venue takes one order under it. */
export class IdJudge implements Judge {
  readonly name = "ids";
  private readonly world: JudgedWorld;
  private readonly complain: Complain;
  private readonly sent = new Map<string, SentRequest>();

  constructor(world: JudgedWorld, complain: Complain) {
    this.world = world;
    this.complain = complain;
  }

  onSent(request: SentRequest): void {
    if (!isNewOrder(request)) return;
    const key = `${request.venueIndex} ${request.clientOrderId}`;
    const before = this.sent.get(key);
    if (before !== undefined)
      this.complain(this.name, `${key} was sent by start ${before.life} and again by start ${request.life}`);
    this.sent.set(key, request);
  }

  look(): void {
    for (const { record } of this.world.venues)
      for (const clientOrderId of record.doubled)
        this.complain(this.name, `the venue took more than one order ${clientOrderId}`);
  }
}

/** [I1] The bytes of an order lie in the journal, synced, before they leave. */
export class IntentJudge implements Judge {
  readonly name = "intents";
  private readonly world: JudgedWorld;
  private readonly complain: Complain;

  constructor(world: JudgedWorld, complain: Complain) {
    this.world = world;
    this.complain = complain;
  }

  onSent(request: SentRequest): void {
    if (!isNewOrder(request)) return;
    const { disk } = this.world;
    const segments = disk.paths().filter((path) => path.startsWith(`${JOURNAL}/segment-`));
    const isThere = segments.slice(-2).some((path) => {
      const synced = disk.durableOf(path);
      return synced.subarray(Math.max(0, synced.length - TAIL_BYTES)).includes(request.text);
    });
    if (!isThere) this.complain(this.name, `${request.clientOrderId} leaves and is not on stable storage`);
  }
}

/** [I7] With everything that is open at the venue filled, the position stays within its limit; and so do the rates of messages. */
export class LimitJudge implements Judge {
  readonly name = "limits";
  private readonly world: JudgedWorld;
  private readonly complain: Complain;
  private sent: SentRequest[] = [];

  constructor(world: JudgedWorld, complain: Complain) {
    this.world = world;
    this.complain = complain;
  }

  onBirth(): void {
    // Rates are counted by one run of the host: the next knows nothing of them.
    this.sent = [];
  }

  onSent(request: SentRequest): void {
    const { orderWindowSeconds, ordersMax, messagesMax } = WORLD_LIMITS;
    const sinceNs = request.atNs - orderWindowSeconds * NS_PER_SECOND;
    this.sent = this.sent.filter(({ atNs }) => atNs > sinceNs);
    this.sent.push(request);
    const orders = this.sent.filter(isNewOrder).length;
    const messages = this.sent.filter(({ venueIndex }) => venueIndex === request.venueIndex).length;
    if (orders > ordersMax)
      this.complain(this.name, `${orders} orders in ${orderWindowSeconds} s, of ${ordersMax}`);
    if (isNewOrder(request) && messages > messagesMax)
      this.complain(this.name, `${messages} messages in ${orderWindowSeconds} s, of ${messagesMax}`);
    if (isNewOrder(request)) this.judgePosition(request);
  }

  private judgePosition(request: SentRequest): void {
    const venue = this.world.venues[request.venueIndex];
    if (venue === undefined) return;
    const { held } = venue.record;
    let open = request.quantity;
    for (const order of venue.record.openOrders())
      if (order.side === request.side) open += besideIt(order, request);
    // Where the order in whose place it was to come is filled already, nothing is placed.
    for (const order of venue.record.orders.values())
      if (isReplaced(order, request) && order.filled === order.quantity) open -= request.quantity;
    const worst = request.side === 1 ? held + open : open - held;
    const limit = Math.round(Number(WORLD_LIMITS.positionMax) * MANTISSA);
    if (worst > limit)
      this.complain(
        this.name,
        `${request.clientOrderId}: held ${held}, could become ${worst} of at most ${limit}`,
      );
  }
}

/** What an open order can add to a new one: all that is left of it; but of one that it replaces under guard only one of the two can trade. */
function besideIt(order: VenueOrder, request: SentRequest): number {
  const { quantity, filled } = order;
  if (!isReplaced(order, request)) return quantity - filled;
  return filled > 0 ? quantity - filled - request.quantity : Math.max(0, quantity - request.quantity);
}

function isReplaced({ orderId, clientOrderId }: VenueOrder, request: SentRequest): boolean {
  return request.isGuarded === true && [String(orderId), clientOrderId].includes(request.replaces ?? "");
}

/** [I13] No order is priced by a market that the host does not see: the line is up, a snapshot has come since, and the last frame is fresh. */
export class FreshJudge implements Judge {
  readonly name = "fresh prices";
  private readonly complain: Complain;

  constructor(_world: JudgedWorld, complain: Complain) {
    this.complain = complain;
  }

  onSent(request: SentRequest, { market }: ChaosWire): void {
    if (!isNewOrder(request)) return;
    const { clientOrderId, atNs } = request;
    if (market.openCount === 0) this.complain(this.name, `${clientOrderId} while the market line is down`);
    else if (market.snapshotNs < market.openedNs)
      this.complain(this.name, `${clientOrderId} before a snapshot has come on the new line`);
    else if (atNs - market.frameNs > WORLD_LIMITS.referenceAgeSeconds * NS_PER_SECOND)
      this.complain(
        this.name,
        `${clientOrderId} by prices of ${((atNs - market.frameNs) / NS_PER_SECOND).toFixed(1)} s ago`,
      );
  }
}
