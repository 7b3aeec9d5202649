import { ClientQueue } from "./client-queue.ts";
import type { MarketOptions, SweepCost } from "./market-options.ts";
import { NO_LIQUIDITY, OrderDesk, WOULD_TAKE } from "./order-desk.ts";
import { acceptsPrice, assertOrderNumbers } from "./order.ts";
import type { Order } from "./order.ts";
import { AHEAD_UNKNOWN, QueuedOrder } from "./queued-order.ts";
import { RecordedBook } from "./recorded-book.hot.ts";
import { RecordedCounterpart } from "./recorded-counterpart.ts";
import { FRAME_KIND } from "./recorded-frame.ts";
import { placeOf } from "./recording.ts";
import type { Recording } from "./recording.ts";
import { RecordedLiquidity } from "./recorded-liquidity.ts";
import type { Depth, Level, Market, NewOrder, OrderState, Side, SubmitResult } from "./types.ts";

/** Options of a recorded market. */
export interface RecordedMarketOptions extends MarketOptions {
  readonly recording: Recording;
  /** 20 ms: how much later than the book's change a print may arrive. Of the recorded prints 75 % come within 1.2 ms. */
  readonly printLagMaxNs?: number;
}

const PRINT_LAG_MAX_NS = 20_000_000;

/**
 * A market whose other participants are a recording; they do not react to us.
 *
 * Resting orders. An order joins behind the quantity shown at its price. Prints at its price first consume the quantity
 * ahead, then fill it; prints beyond its price fill it, up to their quantity. A fall of the level without a print is
 * taken for cancels behind it, and moves it forward only when less is left than stood ahead. When the recorded other
 * side comes to its price, it fills as that side's maker, up to the quantity shown there.
 *
 * Taking orders trade with the shown levels price by price, and with other clients' orders in their turn. What was
 * taken stays taken (see RecordedLiquidity). Our orders and what we took are not in depth(), which is the recorded book
 * as a client keeps it from the frames; hence onLevel is never called.
 *
 * Bias. Against us: cancels ahead of us count only when they must; a print up to 20 ms after a fall counts as its
 * cause. For us: the recorded flow neither flees from our orders nor queues behind our impact, a print that fills us
 * also fills the recorded maker, and nothing lies beyond the recorded levels. It suits orders that are small beside the
 * quantities shown.
 */
export class RecordedMarket implements Market {
  /** The number of lines played; the next play takes this line. */
  position = 0;
  private readonly desk: OrderDesk;
  private readonly recording: Recording;
  private readonly book: RecordedBook;
  private readonly printLagMaxNs: number;
  private readonly bids = new ClientQueue(1);
  private readonly asks = new ClientQueue(2);
  private readonly bidLiquidity: RecordedLiquidity;
  private readonly askLiquidity: RecordedLiquidity;
  private readonly counterpart = new RecordedCounterpart();
  private readonly availableBids: (place: number) => number;
  private readonly availableAsks: (place: number) => number;

  constructor(options: RecordedMarketOptions) {
    this.desk = new OrderDesk(options);
    this.recording = options.recording;
    this.book = new RecordedBook(options.recording);
    this.printLagMaxNs = options.printLagMaxNs ?? PRINT_LAG_MAX_NS;
    this.bidLiquidity = new RecordedLiquidity(options.recording, this.book, 1);
    this.askLiquidity = new RecordedLiquidity(options.recording, this.book, 2);
    this.availableBids = (place) => this.bidLiquidity.available(place);
    this.availableAsks = (place) => this.askLiquidity.available(place);
  }

  /** Update id of the book that depth() gives, -1 when there is none (before the first snapshot, or after a gap). */
  get lastUpdateId(): number {
    return this.book.lastUpdateId;
  }

  /** Gaps in the update ids met since the last reset; each empties the book until the next snapshot. */
  get gapCount(): number {
    return this.book.gapCount;
  }

  /** Advances by one recorded line. Lines are played in order (RangeError); the time is for the fills it causes. */
  play(line: number, timeNs: number = this.recording.timeNs[line] ?? 0): void {
    if (line !== this.position || line >= this.recording.length) {
      throw new RangeError(
        `line ${line} is not the next line ${this.position} of ${this.recording.length}; reset() rewinds`,
      );
    }
    this.position = line + 1;
    const kind = this.recording.kind[line];
    if (kind === FRAME_KIND.trade) {
      if (this.bids.size + this.asks.size > 0) this.playTrade(line, timeNs);
      return;
    }
    if (kind === FRAME_KIND.bookTicker) this.book.applyBookTicker(line);
    else if (kind === FRAME_KIND.depth) this.book.applyDepth(line);
    else this.book.applySnapshot(line);
    this.followBook(timeNs);
  }

  /**
   * Back to the first line. Client orders stay open, at the back of the queue which the next book will show at their
   * price; until then MARKET orders find no liquidity.
   */
  reset(): void {
    this.position = 0;
    this.book.reset();
    this.bidLiquidity.clear();
    this.askLiquidity.clear();
    this.bids.forgetAhead();
    this.asks.forgetAhead();
  }

  submit(request: NewOrder, timeNs: number): SubmitResult {
    assertOrderNumbers(request);
    const side = request.side === 1 ? 2 : 1;
    const price = this.bestPrice(side);
    if (request.type === "LIMIT_MAKER" && price !== null && acceptsPrice(request, price)) return WOULD_TAKE;
    if (request.type === "MARKET" && price === null) return NO_LIQUIDITY;
    const order = this.desk.accept(request, timeNs);
    if (order.type !== "LIMIT" || order.timeInForce !== "FOK" || this.fillsWhole(order, side)) {
      this.match(order, side, timeNs);
    }
    this.settle(order, timeNs);
    return order.result;
  }

  cancel(orderId: number, timeNs: number, cancelClientOrderId: string | null): OrderState | null {
    const order = this.desk.findResting(orderId);
    if (order === null) return null;
    this.queue(order.side).remove(order);
    this.desk.cancelResting(order, timeNs, cancelClientOrderId);
    return order;
  }

  find(account: number, clientOrderId: string): OrderState | null {
    return this.desk.find(account, clientOrderId);
  }

  openOrders(account: number): OrderState[] {
    return this.desk.openOrders(account);
  }

  /** The best recorded level an order of the other side would meet: newest of bookTicker and depth, less what was taken. */
  best(side: Side): Level | null {
    const liquidity = this.liquidity(side);
    const place = liquidity.best();
    return place < 0 ? null : { price: liquidity.price(place), quantity: liquidity.available(place) };
  }

  /** The official recorded book at lastUpdateId. */
  depth(levelsMax: number): Depth {
    return {
      bids: this.bidLiquidity.officialLevels(levelsMax),
      asks: this.askLiquidity.officialLevels(levelsMax),
    };
  }

  /** What a MARKET order of that side and quantity would take from the recorded levels now. */
  sweepCost(side: Side, quantity: number): SweepCost {
    return this.liquidity(side === 1 ? 2 : 1).cost(quantity);
  }

  private queue(side: Side): ClientQueue {
    return side === 1 ? this.bids : this.asks;
  }

  private liquidity(side: Side): RecordedLiquidity {
    return side === 1 ? this.bidLiquidity : this.askLiquidity;
  }

  /** Best price of recorded levels and client orders together. */
  private bestPrice(side: Side): number | null {
    const queue = this.queue(side);
    const client = queue.at(0)?.order.price ?? null;
    const place = this.liquidity(side).best();
    if (place < 0) return client;
    const recorded = this.liquidity(side).price(place);
    return client !== null && queue.better(client, recorded) ? client : recorded;
  }

  private match(taker: Order, side: Side, timeNs: number): void {
    const queue = this.queue(side);
    while (taker.open && taker.leaves > 0) {
      const place = this.liquidity(side).best();
      const client = queue.at(0);
      const recordedPrice = place < 0 ? null : this.liquidity(side).price(place);
      const price = this.bestPrice(side);
      if (price === null || !acceptsPrice(taker, price)) return;
      const clientFirst =
        client !== null && client.order.price === price && (price !== recordedPrice || client.ahead === 0);
      if (clientFirst) {
        this.takeClient(taker, client, queue, timeNs);
      } else {
        const queuedFor = client !== null && client.order.price === price ? client.ahead : AHEAD_UNKNOWN;
        const quantity = Math.min(taker.leaves, this.liquidity(side).available(place), queuedFor);
        this.takeRecorded(taker, side, place, quantity, timeNs);
      }
    }
  }

  private takeClient(taker: Order, client: QueuedOrder, queue: ClientQueue, timeNs: number): void {
    const maker = client.order;
    if (maker.account === taker.account && maker.account !== 0) {
      const mode = this.desk.selfTradePrevention;
      if (mode !== "EXPIRE_TAKER") {
        queue.remove(maker);
        this.desk.expireResting(maker, timeNs);
      }
      if (mode !== "EXPIRE_MAKER") this.desk.expire(taker, timeNs);
      return;
    }
    this.desk.trade(maker, taker, maker.price, Math.min(maker.leaves, taker.leaves), timeNs);
    this.endWhenFilled(maker, queue);
  }

  private takeRecorded(taker: Order, side: Side, place: number, quantity: number, timeNs: number): void {
    const price = this.liquidity(side).price(place);
    this.liquidity(side).take(place, quantity);
    this.queue(side).advance(place, quantity);
    this.desk.trade(this.counterpart.match(side, price, quantity, timeNs), taker, price, quantity, timeNs);
  }

  /** Whether a FOK order would fill now. */
  private fillsWhole(taker: Order, side: Side): boolean {
    const { limit, quantity } = this.queue(side).reach(
      taker,
      this.desk.selfTradePrevention === "EXPIRE_MAKER",
    );
    return quantity >= taker.quantity || this.liquidity(side).covers(taker.quantity - quantity, limit);
  }

  private settle(order: Order, timeNs: number): void {
    if (order.status === "EXPIRED") return;
    if (order.leaves === 0) {
      this.desk.end(order);
      return;
    }
    if (!order.rests) {
      this.desk.expire(order, timeNs);
      return;
    }
    const place = placeOf(this.recording, order.price);
    const ahead = this.book.synchronised ? this.liquidity(order.side).available(place) : AHEAD_UNKNOWN;
    this.queue(order.side).insert(new QueuedOrder(order, place, ahead, timeNs, this.printLagMaxNs));
    this.desk.rest(order);
  }

  /** After each change of the book. */
  private followBook(timeNs: number): void {
    if (!this.book.synchronised) return;
    if (!this.bidLiquidity.untouched) this.bidLiquidity.refresh();
    if (!this.askLiquidity.untouched) this.askLiquidity.refresh();
    if (this.bids.size > 0) {
      this.bids.clamp(this.availableBids, timeNs);
      this.fillCrossed(this.bids, 2, timeNs);
    }
    if (this.asks.size > 0) {
      this.asks.clamp(this.availableAsks, timeNs);
      this.fillCrossed(this.asks, 1, timeNs);
    }
  }

  /** Recorded orders have come to the price of resting client orders: they would have traded on their way in. */
  private fillCrossed(queue: ClientQueue, side: Side, timeNs: number): void {
    for (let client = queue.at(0); client !== null; client = queue.at(0)) {
      const place = this.liquidity(side).best();
      if (place < 0 || !acceptsPrice(client.order, this.liquidity(side).price(place))) return;
      const quantity = Math.min(client.order.leaves, this.liquidity(side).available(place));
      this.liquidity(side).take(place, quantity);
      this.queue(side).advance(place, quantity);
      this.fillResting(client.order, quantity, queue, timeNs);
    }
  }

  private playTrade(line: number, timeNs: number): void {
    const { asksBegin, entryBegin, entryPlace, entryQuantity, prices } = this.recording;
    const entry = entryBegin[line] ?? 0;
    const queue = asksBegin[line] === entry ? this.asks : this.bids;
    const price = prices[entryPlace[entry] ?? 0] ?? 0;
    let remaining = entryQuantity[entry] ?? 0;
    let index = 0;
    for (let client = queue.at(0); client !== null && remaining > 0; client = queue.at(index)) {
      const { order } = client;
      if (queue.better(price, order.price)) return;
      const beyond = order.price !== price;
      const quantity = beyond ? client.absorbBeyond(remaining, timeNs) : client.absorb(remaining, timeNs);
      remaining -= quantity;
      if (quantity > 0) this.fillResting(order, quantity, queue, timeNs);
      if (order.open) index += 1;
    }
  }

  private fillResting(maker: Order, quantity: number, queue: ClientQueue, timeNs: number): void {
    const side = maker.side === 1 ? 2 : 1;
    this.desk.trade(
      maker,
      this.counterpart.match(side, maker.price, quantity, timeNs),
      maker.price,
      quantity,
      timeNs,
    );
    this.endWhenFilled(maker, queue);
  }

  private endWhenFilled(maker: Order, queue: ClientQueue): void {
    if (maker.leaves > 0) return;
    queue.remove(maker);
    this.desk.endResting(maker);
  }
}
