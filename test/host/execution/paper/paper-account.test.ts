import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import fc from "fast-check";
import {
  describeRecord,
  ExecType,
  HEADER_BYTES,
  IntentAction,
  LiquiditySide,
  OrderEvent,
  OrderType,
  OrdStatus,
  Side,
  TimeInForce,
} from "../../../../abi/host/index.ts";
import {
  createInstrument,
  InstrumentTable,
  IntentReader,
  IntentRefusal,
} from "../../../../host/execution/orders/index.ts";
import { PAPER_ORDERS_MAX, PaperAccount, PaperTotal } from "../../../../host/execution/paper/index.ts";
import { randomSeed } from "../../../support/random-seed.ts";
import { writeRecord } from "../../../support/record-writer.ts";

const instruments = new InstrumentTable(
  [4, 9].map((instrumentId) =>
    createInstrument({
      instrumentId,
      symbol: `I${instrumentId}`,
      venueIndex: 0,
      kind: "spot",
      priceExponent: -8,
      sizeExponent: -8,
      quoteExponent: -8,
      contractMultiplier: 1,
      tickSize: 1_000_000,
      lotSize: 1_000,
      minQuantity: 1_000,
      maxQuantity: 1e12,
      minNotional: 0,
      baseAssetId: instrumentId,
      quoteAssetId: 2,
      version: 1,
    }),
  ),
);
const BID = 100;
const ASK = 102;
const TIME = 77;
const BLOCK_WORDS = OrderEvent.blockLength >> 2;
const EVENTS_MAX = 200;
const prices = Float64Array.of(BID, ASK);

/** A queue of blocks, as records. */
class EventList {
  readonly words: Int32Array = new Int32Array(EVENTS_MAX * BLOCK_WORDS);
  room: number = EVENTS_MAX;
  count = 0;

  claim(): number {
    return this.count === this.room ? -1 : this.count++ * BLOCK_WORDS;
  }

  /** What was told since this was asked last. */
  take(): Record<string, unknown>[] {
    const list = Array.from({ length: this.count }, (_, index) => {
      const bytes = writeRecord("OrderEvent", {});
      const first = index * OrderEvent.blockLength;
      Buffer.from(this.words.buffer).copy(bytes, HEADER_BYTES, first, first + OrderEvent.blockLength);
      return describeRecord(new DataView(bytes.buffer, bytes.byteOffset, bytes.length), 0)?.fields ?? {};
    });
    this.words.fill(0);
    this.count = 0;
    return list;
  }
}

let events: EventList;
let account: PaperAccount;
beforeEach(() => {
  events = new EventList();
  account = new PaperAccount(instruments, Float64Array.of(TIME), events);
  prices.set([BID, ASK]);
});

interface Wish {
  readonly side?: number;
  readonly type?: number;
  readonly force?: number;
  readonly price?: number;
  readonly quantity?: number;
  readonly tag?: number;
  readonly instrumentId?: number;
}

function intentOf(wish: Wish): IntentReader {
  const { side = Side.BUY, type = OrderType.LIMIT, force = TimeInForce.GTC } = wish;
  const { price = BID, quantity = 5, tag = 1, instrumentId = 4 } = wish;
  const values = { instrumentId, tag, action: IntentAction.SUBMIT, side, orderType: type };
  const record = writeRecord("OrderIntent", { ...values, timeInForce: force, price, quantity });
  const intent = new IntentReader();
  intent.read(new Int32Array(Uint8Array.from(record).buffer), HEADER_BYTES);
  return intent;
}

const submit = (wish: Wish = {}): void => {
  const intent = intentOf(wish);
  account.submit(intent, instruments.indexOf(intent.instrumentId), prices, 0, 1);
};
const cancel = (tag: number, instrumentId = 4): void => {
  account.cancel(intentOf({ tag, instrumentId }), instruments.indexOf(instrumentId));
};
const move = (bid: number, ask: number, instrument = 0): void => {
  prices.set([bid, ask]);
  account.onPrices(instrument, prices, 0, 1);
};
const state = (): readonly [number, number, number] => [
  account.position[0] ?? 0,
  account.cash[0] ?? 0,
  account.resting,
];
const total = (place: number): number => account.totals[place] ?? 0;

/** What every field of an event that says nothing else is. */
const event = (changes: Record<string, unknown>): Record<string, unknown> => ({
  timeNs: BigInt(TIME),
  price: BigInt(BID),
  quantity: 5n,
  cumQty: 0n,
  lastQty: 0n,
  lastPrice: 0n,
  position: 0n,
  instrumentId: 4,
  tag: 1,
  ordStatus: OrdStatus.ACCEPTED,
  execType: ExecType.NEW,
  side: Side.BUY,
  liquiditySide: LiquiditySide.NONE,
  reason: 0,
  ...changes,
});
/** Events of numbers that `describeRecord` may give as numbers or as bigints. */
const told = (): Record<string, unknown>[] =>
  events.take().map((fields) =>
    Object.fromEntries(
      Object.entries(fields).map(([name, value]) => {
        const isLong = typeof event({})[name] === "bigint";
        return [name, isLong ? BigInt(value as number | bigint) : value];
      }),
    ),
  );
const filled = { ordStatus: OrdStatus.FILLED, execType: ExecType.TRADE };
const expired = { ordStatus: OrdStatus.EXPIRED, execType: ExecType.EXPIRED };

test("an order that the best opposite price allows is accepted and fills whole at that price, as a taker", () => {
  submit({ price: 110 });
  assert.deepEqual(state(), [5, -5 * ASK, 0]);
  assert.deepEqual(told(), [
    event({ price: 110n }),
    event({
      ...filled,
      price: 110n,
      cumQty: 5n,
      lastQty: 5n,
      lastPrice: BigInt(ASK),
      position: 5n,
      liquiditySide: LiquiditySide.TAKER,
    }),
  ]);
  submit({ side: Side.SELL, type: OrderType.MARKET, force: TimeInForce.IOC, price: 0, quantity: 7, tag: 3 });
  assert.deepEqual(state(), [-2, -5 * ASK + 7 * BID, 0]);
  assert.deepEqual(told()[1], {
    ...event({ ...filled, tag: 3, price: 0n, quantity: 7n, cumQty: 7n, lastQty: 7n, lastPrice: BigInt(BID) }),
    ...{ position: -2n, side: Side.SELL, liquiditySide: LiquiditySide.TAKER },
  });
  assert.equal(total(PaperTotal.FILLS), 2);
});

test("one that it does not allow rests, and fills at its limit when the price comes, as a maker", () => {
  submit({ price: 101 });
  submit({ side: Side.SELL, price: 105, tag: 2 });
  told();
  move(100, 102);
  move(50, 51, 1);
  assert.deepEqual(state(), [0, 0, 2]);
  assert.deepEqual(told(), []);
  move(99, 101);
  assert.deepEqual(state(), [5, -505, 1]);
  assert.deepEqual(told(), [
    event({
      ...filled,
      price: 101n,
      cumQty: 5n,
      lastQty: 5n,
      lastPrice: 101n,
      position: 5n,
      liquiditySide: LiquiditySide.MAKER,
    }),
  ]);
  move(105, 107);
  assert.deepEqual(state(), [0, 20, 0]);
  assert.equal(told()[0]?.["side"], Side.SELL);
});

test("IOC and FOK that are not allowed expire, and so does a market order without a market", () => {
  for (const force of [TimeInForce.IOC, TimeInForce.FOK]) {
    account.reset();
    submit({ price: 101, force });
    assert.deepEqual(told(), [event({ price: 101n }), event({ ...expired, price: 101n })]);
    submit({ price: ASK, force });
    assert.equal(told()[1]?.["execType"], ExecType.TRADE);
  }
  account.reset();
  prices.set([0, 0]);
  submit({ type: OrderType.MARKET, price: 0 });
  assert.deepEqual(told(), [event({ price: 0n }), event({ ...expired, price: 0n })]);
  assert.deepEqual([account.resting, total(PaperTotal.EXPIRIES), total(PaperTotal.ORDERS)], [0, 1, 1]);
});

test("LIMIT_MAKER is rejected where it would take liquidity, and rests elsewhere", () => {
  submit({ price: ASK, type: OrderType.LIMIT_MAKER });
  assert.deepEqual(told(), [
    event({ price: BigInt(ASK), ordStatus: OrdStatus.REJECTED, execType: ExecType.REJECTED }),
  ]);
  submit({ price: ASK - 1, type: OrderType.LIMIT_MAKER });
  assert.deepEqual([account.resting, total(PaperTotal.REJECTS), total(PaperTotal.FILLS)], [1, 1, 0]);
});

test("without prices nothing that rests is filled, and a limit order rests", () => {
  submit({ price: 101 });
  move(0, 0);
  submit({ price: 200, tag: 2 });
  assert.deepEqual(state(), [0, 0, 2]);
});

test("a cancel takes the order of its tag and instrument, and any other is denied", () => {
  submit({ price: 90, tag: 7 });
  submit({ price: 91, tag: 8 });
  told();
  cancel(9);
  cancel(7, 9);
  const denied = { price: 0n, quantity: 0n, ordStatus: OrdStatus.DENIED, execType: ExecType.DENIED };
  assert.deepEqual(told(), [
    event({ ...denied, tag: 9, reason: IntentRefusal.UNKNOWN_TAG }),
    event({ ...denied, tag: 7, instrumentId: 9, reason: IntentRefusal.UNKNOWN_TAG }),
  ]);
  cancel(7);
  assert.deepEqual(told(), [
    event({ price: 90n, tag: 7, ordStatus: OrdStatus.CANCELED, execType: ExecType.CANCELED }),
  ]);
  assert.deepEqual([total(PaperTotal.CANCELS), total(PaperTotal.DENIALS)], [1, 2]);
  move(80, 90);
  assert.deepEqual(state(), [5, -5 * 91, 0]);
});

test("all that rests can be canceled at once, each order told", () => {
  for (const tag of [1, 2, 3]) submit({ price: 90, tag });
  told();
  account.cancelAll();
  assert.deepEqual(
    told().map(({ tag, execType }) => [tag, execType]),
    [3, 2, 1].map((tag) => [tag, ExecType.CANCELED]),
  );
  assert.equal(account.resting, 0);
});

test("a tag in use is denied until its order is over", () => {
  submit({ price: 90 });
  submit({ price: 91 });
  assert.deepEqual(told()[1]?.["reason"], IntentRefusal.DUPLICATE_TAG);
  cancel(1);
  submit({ price: 91 });
  assert.equal(account.resting, 1);
});

test("[P10] what is beyond the room for resting orders is denied, what fills at once is not", () => {
  for (let tag = 1; tag <= PAPER_ORDERS_MAX + 3; tag++) submit({ price: 90, tag });
  assert.equal(account.resting, PAPER_ORDERS_MAX);
  assert.equal(total(PaperTotal.DENIALS), 3);
  assert.equal(told().at(-1)?.["reason"], IntentRefusal.ORDER_TABLE_FULL);
  submit({ price: ASK, tag: 1_000 });
  assert.deepEqual(state(), [5, -5 * ASK, PAPER_ORDERS_MAX]);
  account.reset();
  assert.deepEqual(state(), [0, 0, 0]);
  assert.deepEqual([...account.totals], [0, 0, 0, 0, 0, 0]);
});

test("[P10] an event without room is remembered as missed, and without a queue nobody is told", () => {
  events.room = 1;
  submit({ price: 110 });
  assert.equal(account.hasMissed, true);
  assert.equal(account.position[0], 5);
  account.reset();
  assert.equal(account.hasMissed, false);
  account = new PaperAccount(instruments, Float64Array.of(TIME), null);
  submit({ price: 110 });
  cancel(5);
  assert.deepEqual([...state(), account.hasMissed], [5, -5 * ASK, 0, false]);
});

test("what would carry a position beyond a safe integer expires", () => {
  const most = Number.MAX_SAFE_INTEGER;
  submit({ price: 110, quantity: most });
  submit({ price: 110, quantity: 1, tag: 2 });
  submit({ price: 90, quantity: 1, tag: 3 });
  move(80, 85);
  assert.deepEqual([account.position[0], account.resting], [most, 0]);
  assert.deepEqual([total(PaperTotal.FILLS), total(PaperTotal.EXPIRIES)], [1, 2]);
});

test("a position that is carried in is bought at the first middle price, so that profit counts from there", () => {
  prices.set([0, 0]);
  account.carry(0, -4);
  account.price(0, prices, 0, 1);
  assert.deepEqual([account.isPriced(0), account.isPriced(1), ...state()], [false, true, -4, 0, 0]);
  move(100, 104);
  assert.deepEqual([account.isPriced(0), ...state()], [true, -4, 4 * 102, 0]);
  move(200, 204);
  assert.deepEqual(state(), [-4, 4 * 102, 0]);
  account.reset();
  account.carry(0, 2);
  submit({ price: 300, quantity: 1 });
  assert.deepEqual(state(), [3, -2 * 202 - 204, 0]);
});

test(`position is what was bought less what was sold, each order ends once, and events tell the same story (seed ${randomSeed})`, () => {
  const wish = fc.record({
    side: fc.constantFrom(Side.BUY, Side.SELL),
    type: fc.constantFrom(OrderType.LIMIT, OrderType.LIMIT_MAKER),
    force: fc.constantFrom(TimeInForce.GTC, TimeInForce.IOC),
    price: fc.integer({ min: 80, max: 120 }),
    quantity: fc.integer({ min: 1, max: 9 }),
    bid: fc.integer({ min: 85, max: 115 }),
    gone: fc.integer({ min: 0, max: 80 }),
  });
  fc.assert(
    fc.property(fc.array(wish, { maxLength: 60 }), (wishes) => {
      account.reset();
      told();
      const story: Record<string, unknown>[] = [];
      for (const [index, { bid, gone, ...asked }] of wishes.entries()) {
        move(bid, bid + 2);
        submit({ ...asked, tag: index + 1 });
        cancel(gone + 1);
        story.push(...told());
      }
      account.cancelAll();
      story.push(...told());
      let position = 0n;
      let cash = 0n;
      for (const fill of story.filter(({ execType }) => execType === ExecType.TRADE)) {
        const [quantity, price, limit] = [fill["lastQty"], fill["lastPrice"], fill["price"]] as bigint[];
        assert.ok(quantity !== undefined && price !== undefined && limit !== undefined);
        const isBuy = fill["side"] === Side.BUY;
        assert.ok(isBuy ? price <= limit : price >= limit, "nothing is filled worse than its limit");
        position += isBuy ? quantity : -quantity;
        cash -= (isBuy ? quantity : -quantity) * price;
        assert.equal(fill["position"], position);
      }
      assert.deepEqual([BigInt(account.position[0] ?? 0), BigInt(account.cash[0] ?? 0)], [position, cash]);
      const ends = story.filter(
        ({ ordStatus }) => ordStatus !== OrdStatus.ACCEPTED && ordStatus !== OrdStatus.DENIED,
      );
      assert.deepEqual(
        ends.map(({ tag }) => Number(tag)).sort((a, b) => a - b),
        wishes.map((_, index) => index + 1),
      );
    }),
    { seed: randomSeed },
  );
});

const replace = (wish: Wish): void => {
  const { price = 0, quantity = 0, tag = 1, instrumentId = 4 } = wish;
  const record = writeRecord("OrderIntent", {
    instrumentId,
    tag,
    action: IntentAction.REPLACE,
    price,
    quantity,
  });
  const intent = new IntentReader();
  intent.read(new Int32Array(Uint8Array.from(record).buffer), HEADER_BYTES);
  account.replace(intent, instruments.indexOf(intent.instrumentId), prices, 0, 1);
};
const replies = (): unknown[][] =>
  events
    .take()
    .map(({ execType, ordStatus, price, quantity, reason }) => [
      execType,
      ordStatus,
      price,
      quantity,
      reason,
    ]);

test("a replaced order rests at its new terms, under its tag; what is not named stays", () => {
  submit({ price: BID - 5, quantity: 5 });
  events.take();
  replace({ price: BID - 3 });
  assert.deepEqual(replies(), [[ExecType.REPLACED, OrdStatus.ACCEPTED, BigInt(BID - 3), 5n, 0]]);
  replace({ quantity: 7 });
  assert.deepEqual(replies(), [[ExecType.REPLACED, OrdStatus.ACCEPTED, BigInt(BID - 3), 7n, 0]]);
  assert.equal(account.resting, 1);
  prices.set([BID - 5, BID - 3]);
  account.onPrices(0, prices, 0, 1);
  const [fill] = events.take();
  assert.deepEqual(
    [fill?.["execType"], fill?.["lastQty"], fill?.["lastPrice"]],
    [ExecType.TRADE, 7n, BigInt(BID - 3)],
  );
  assert.deepEqual([account.position[0], account.resting], [7, 0]);
  assert.equal(account.totals[PaperTotal.ORDERS], 3, "each replace is one order more");
});

test("a replaced order whose price is allowed trades at once; a maker is rejected, and is gone", () => {
  submit({ price: BID - 5, quantity: 5 });
  submit({ price: BID - 6, quantity: 5, tag: 2, type: OrderType.LIMIT_MAKER });
  events.take();
  replace({ price: ASK + 1 });
  assert.deepEqual(
    replies().map(([execType, status]) => [execType, status]),
    [
      [ExecType.REPLACED, OrdStatus.ACCEPTED],
      [ExecType.TRADE, OrdStatus.FILLED],
    ],
  );
  assert.deepEqual([account.position[0], account.cash[0]], [5, -5 * ASK]);
  replace({ tag: 2, price: ASK });
  assert.deepEqual(replies(), [[ExecType.REJECTED, OrdStatus.REJECTED, BigInt(ASK), 5n, 0]]);
  assert.equal(account.resting, 0);
  assert.equal(account.totals[PaperTotal.REJECTS], 1);
});

test("[P11] a replace of no resting order of that tag and instrument is denied; one that changes nothing is refused, and the order stays", () => {
  replace({ price: BID });
  assert.deepEqual(
    replies().map(([execType, , , , reason]) => [execType, reason]),
    [[ExecType.DENIED, IntentRefusal.UNKNOWN_TAG]],
  );
  submit({ price: BID - 5, quantity: 5 });
  events.take();
  replace({ price: BID, instrumentId: 9 });
  assert.equal(replies()[0]?.[4], IntentRefusal.UNKNOWN_TAG);
  for (const wish of [{}, { price: BID - 5 }, { quantity: 5 }, { price: -1 }]) {
    replace(wish);
    assert.deepEqual(replies(), [
      [ExecType.REPLACE_REFUSED, OrdStatus.ACCEPTED, BigInt(BID - 5), 5n, IntentRefusal.MALFORMED_INTENT],
    ]);
  }
  assert.equal(account.totals[PaperTotal.DENIALS], 6);
});
