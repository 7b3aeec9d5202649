import assert from "node:assert/strict";
import { test } from "node:test";
import { parseRecording, RecordedMarket } from "../../../sim/market/index.ts";
import type { OrderState, RecordedMarketOptions } from "../../../sim/market/index.ts";
import { EventLog, FOK, IOC, MAKER, MARKET, order } from "./event-log.ts";
import { RecordedLines } from "./recorded-lines.ts";
import type { WholeLevel } from "./recorded-lines.ts";

const ONE = 100_000_000;
const BIDS: readonly WholeLevel[] = [
  [99, 5],
  [98, 7],
  [90, 1],
];
const ASKS: readonly WholeLevel[] = [
  [101, 4],
  [102, 6],
  [110, 1],
];

/** A market over these lines after the standard snapshot (update id 10), which is played already. */
class Play {
  readonly log = new EventLog();
  readonly market: RecordedMarket;
  private line = 0;

  constructor(write: (lines: RecordedLines) => RecordedLines, options: Partial<RecordedMarketOptions> = {}) {
    const lines = write(new RecordedLines().snapshot(10, BIDS, ASKS));
    this.market = new RecordedMarket({
      listener: this.log,
      recording: parseRecording(lines.bytes),
      ...options,
    });
    this.next();
  }

  next(count = 1): this {
    for (let played = 0; played < count; played += 1) this.market.play(this.line++);
    return this;
  }

  rewind(): void {
    this.market.reset();
    this.line = 0;
  }

  /** Submits in whole units at the time of the first line; returns the order. */
  submit(...[account, id, side, quantity, price, rest]: Parameters<typeof order>): OrderState {
    const result = this.market.submit(order(account, id, side, quantity * ONE, price * ONE, rest), 0);
    assert.ok(result.ok);
    return result.order;
  }

  /** Executions since the last call, as `taker quantity@price maker`. */
  fills(): string[] {
    const found = this.log
      .take()
      .flatMap((line) => /^(\S*) took (\d+) at (\d+) from (.*)$/.exec(line)?.slice(1).join(" ") ?? []);
    return found.map((text) => text.replaceAll("00000000", ""));
  }
}

test("an order waits behind the quantity shown, then prints at its price fill it", () => {
  const play = new Play((lines) =>
    lines.trade("S", [99, 3]).trade("S", [99, 3]).trade("S", [99, 9]).trade("S", [99, 9]),
  );
  const mine = play.submit(1, "a", "B", 4, 99, MAKER);
  assert.deepEqual(play.next().fills(), []);
  assert.deepEqual(play.next().fills(), [" 1 99 a"]);
  assert.deepEqual(play.next().fills(), [" 3 99 a"]);
  assert.deepEqual([mine.status, mine.filledQuote], ["FILLED", 4n * 99n * 10n ** 16n]);
  assert.deepEqual(play.next().fills(), []);
  assert.deepEqual(play.market.openOrders(1), []);
});

test("prints beyond the price fill at the order's price up to their quantity, best client order first", () => {
  const play = new Play((lines) => lines.trade("S", [97, 3]).trade("B", [97, 50]).trade("S", [97, 9]));
  play.submit(1, "low", "B", 4, 98, MAKER);
  play.submit(2, "high", "B", 2, 99, MAKER);
  assert.deepEqual(play.next().fills(), [" 2 99 high", " 1 98 low"]);
  assert.deepEqual(play.next().fills(), []);
  assert.deepEqual(play.next().fills(), [" 3 98 low"]);
});

test("sells are filled by takers that buy", () => {
  const play = new Play((lines) => lines.trade("S", [101, 9]).trade("B", [101, 5]).trade("B", [103, 1]));
  play.submit(1, "a", "S", 2, 101, MAKER);
  assert.deepEqual(play.next().fills(), []);
  assert.deepEqual(play.next().fills(), [" 1 101 a"]);
  assert.deepEqual(play.next().fills(), [" 1 101 a"]);
});

test("a fall of the level is cancelled behind us first, and moves us only when less is left than stood ahead", () => {
  const play = new Play((lines) =>
    lines
      .depth(11, 11, [[99, 8]], [])
      .depth(12, 12, [[99, 6]], [])
      .trade("S", [99, 5])
      .trade("S", [99, 1]),
  );
  play.submit(1, "a", "B", 4, 99, MAKER);
  assert.deepEqual(play.next(3).fills(), []);
  assert.deepEqual(play.next().fills(), [" 1 99 a"]);
  const fallen = new Play((lines) => lines.depth(11, 11, [[99, 2]], []).trade("S", [99, 3]));
  fallen.submit(1, "a", "B", 4, 99, MAKER);
  assert.deepEqual(fallen.next(2).fills(), [" 1 99 a"]);
});

test("a print that comes after the fall it caused does not move the order twice", () => {
  const write = (gapNs: number) => (lines: RecordedLines) =>
    lines
      .ticker(11, [99, 3], [101, 4])
      .after(gapNs)
      .trade("S", [99, 2])
      .trade("S", [99, 3])
      .trade("S", [99, 1]);
  const soon = new Play(write(1_000_000));
  soon.submit(1, "a", "B", 4, 99, MAKER);
  assert.deepEqual(soon.next(3).fills(), []);
  assert.deepEqual(soon.next().fills(), [" 1 99 a"]);
  const late = new Play(write(30_000_000));
  late.submit(1, "a", "B", 4, 99, MAKER);
  assert.deepEqual(late.next(3).fills(), [" 2 99 a"]);
});

test("a fall is set against as much print as it took away, and for 20 ms only", () => {
  const twice = new Play((lines) =>
    lines
      .ticker(11, [99, 3], [101, 4])
      .after(1_000_000)
      .trade("S", [99, 2])
      .after(1_000_000)
      .trade("S", [99, 4]),
  );
  twice.submit(1, "a", "B", 4, 99, MAKER);
  assert.deepEqual(twice.next(3).fills(), [" 1 99 a"]);
  const apart = new Play((lines) =>
    lines.ticker(11, [99, 3], [101, 4]).ticker(12, [99, 2], [101, 4]).after(1_000_000).trade("S", [99, 4]),
  );
  apart.submit(1, "a", "B", 4, 99, MAKER);
  assert.deepEqual(apart.next(3).fills(), [" 1 99 a"]);
});

test("what a client takes at a level moves other clients' orders there forward", () => {
  const play = new Play((lines) => lines.trade("S", [99, 3]));
  play.submit(1, "a", "B", 4, 99, MAKER);
  play.submit(2, "t", "S", 3, 99, IOC);
  assert.deepEqual(play.fills(), ["t 3 99 "]);
  assert.deepEqual(play.next().fills(), [" 1 99 a"]);
});

test("old depth frames and a snapshot that nobody needs change nothing", () => {
  const play = new Play((lines) => lines.depth(9, 10, [[99, 1]], []).snapshot(30, [[50, 1]], [[60, 1]]));
  const before = play.market.depth(9);
  play.next(2);
  assert.deepEqual(play.market.depth(9), before);
  assert.equal(play.market.lastUpdateId, 10);
});

test("prints right after an order has joined do not count, as their fall may lie before it", () => {
  const write = (lines: RecordedLines): RecordedLines =>
    lines.after(5_000_000).trade("S", [100, 9]).after(5_000_000).trade("S", [97, 9]).trade("S", [100, 2]);
  const play = new Play(write);
  play.submit(1, "a", "B", 4, 100, MAKER);
  assert.deepEqual(play.next(2).fills(), []);
  assert.deepEqual(play.next().fills(), [" 2 100 a"]);
  const eager = new Play(write, { printLagMaxNs: 0 });
  eager.submit(1, "a", "B", 4, 100, MAKER);
  assert.deepEqual(eager.next().fills(), [" 4 100 a"]);
});

test("a resting order fills when the recorded other side comes to its price, up to what is shown", () => {
  const play = new Play((lines) =>
    lines
      .ticker(11, [98, 7], [99, 1])
      .depth(11, 12, [[99, 0]], [[99, 3]])
      .trade("B", [99, 1]),
  );
  play.submit(1, "a", "B", 4, 100, MAKER);
  assert.deepEqual(play.next().fills(), [" 1 100 a"]);
  assert.deepEqual(play.next().fills(), [" 2 100 a"]);
  assert.equal(play.market.openOrders(1)[0]?.filled, 3 * ONE);
  const selling = new Play((lines) => lines.ticker(11, [100, 9], [101, 4]));
  selling.submit(1, "a", "S", 4, 100, MAKER);
  assert.deepEqual(selling.next().fills(), [" 4 100 a"]);
});

test("a taking order goes through the shown levels and cannot take them twice until they rise", () => {
  const play = new Play((lines) =>
    lines
      .depth(11, 11, [], [[101, 3]])
      .depth(12, 12, [], [[101, 5]])
      .depth(13, 13, [], [[101, 0]]),
  );
  play.submit(1, "a", "B", 5, 105, IOC);
  assert.deepEqual(play.fills(), ["a 4 101 ", "a 1 102 "]);
  assert.deepEqual(play.market.best(2), { price: 102 * ONE, quantity: 5 * ONE });
  assert.deepEqual(play.market.depth(1).asks, [[101 * ONE, 4 * ONE]]);
  assert.equal(play.submit(1, "b", "B", 1, 101, IOC).status, "EXPIRED");
  play.next();
  assert.equal(play.market.best(2)?.price, 102 * ONE);
  play.next();
  assert.deepEqual(play.market.best(2), { price: 101 * ONE, quantity: 2 * ONE });
  play.submit(1, "c", "B", 1, 101, IOC);
  assert.equal(play.market.best(2)?.quantity, ONE);
  assert.equal(play.next().market.best(2)?.price, 102 * ONE);
  assert.equal(play.log.told(2).length, 0);
});

test("a newer bookTicker covers the levels at and before its prices until the depth frames catch up", () => {
  const play = new Play((lines) =>
    lines
      .ticker(15, [97, 2], [100, 3])
      .depth(11, 14, [[99, 6]], [])
      .depth(
        15,
        15,
        [
          [99, 0],
          [98, 0],
          [97, 2],
        ],
        [[100, 3]],
      ),
  );
  play.next();
  assert.deepEqual(play.market.best(1), { price: 97 * ONE, quantity: 2 * ONE });
  assert.deepEqual(play.market.best(2), { price: 100 * ONE, quantity: 3 * ONE });
  assert.deepEqual(play.market.depth(1), { bids: [[99 * ONE, 5 * ONE]], asks: [[101 * ONE, 4 * ONE]] });
  assert.deepEqual(play.market.sweepCost(2, 3 * ONE), {
    quantity: 3 * ONE,
    quote: (2n * 97n + 90n) * 10n ** 16n,
  });
  play.next();
  assert.equal(play.market.best(1)?.price, 97 * ONE);
  assert.equal(play.next().market.depth(1).bids[0]?.[0], 97 * ONE);
  assert.equal(play.market.lastUpdateId, 15);
});

test("clients trade with one another in their turn in the queue, and never with themselves", () => {
  const play = new Play((lines) => lines);
  play.submit(1, "a", "S", 2, 101, MAKER);
  play.submit(2, "b", "S", 2, 100, MAKER);
  play.submit(3, "t", "B", 8, 101, IOC);
  assert.deepEqual(play.fills(), ["t 2 100 b", "t 4 101 ", "t 2 101 a"]);
  play.submit(1, "own", "S", 2, 100, MAKER);
  assert.equal(play.submit(1, "x", "B", 3, 101).status, "EXPIRED");
  assert.deepEqual(play.fills(), []);
  assert.deepEqual(play.market.submit(order(1, "y", "B", 1, 100 * ONE, MAKER), 0), {
    ok: false,
    reason: "WOULD_TAKE",
  });
  for (const mode of ["EXPIRE_MAKER", "EXPIRE_BOTH"] as const) {
    const other = new Play((lines) => lines, { selfTradePrevention: mode });
    const own = other.submit(1, "own", "S", 2, 100, MAKER);
    const taker = other.submit(1, "x", "B", 3, 101);
    assert.equal(own.status, "EXPIRED");
    assert.equal(taker.status, mode === "EXPIRE_MAKER" ? "FILLED" : "EXPIRED");
  }
});

test("a FOK order counts recorded quantity and other clients, and stops before its own account's orders", () => {
  const play = new Play((lines) => lines);
  assert.equal(play.submit(1, "a", "B", 11, 102, FOK).status, "EXPIRED");
  play.submit(2, "b", "S", 1, 102, MAKER);
  play.submit(2, "far", "S", 1, 103, MAKER);
  assert.equal(play.submit(1, "c", "B", 11, 102, FOK).status, "FILLED");
  const own = new Play((lines) => lines);
  own.submit(1, "own", "S", 1, 102, MAKER);
  assert.equal(own.submit(1, "d", "B", 5, 103, FOK).status, "EXPIRED");
  assert.equal(own.submit(1, "e", "B", 4, 103, FOK).status, "FILLED");
  const stepping = new Play((lines) => lines, { selfTradePrevention: "EXPIRE_MAKER" });
  stepping.submit(1, "own", "B", 1, 98, MAKER);
  assert.equal(stepping.submit(1, "f", "S", 12, 98, FOK).status, "FILLED");
});

test("orders can be cancelled, MARKET orders take, and what is unknown is not found", () => {
  const play = new Play((lines) => lines.trade("S", [90, 50]));
  const mine = play.submit(1, "a", "B", 1, 99);
  assert.equal(play.market.cancel(mine.orderId, 5, "c")?.status, "CANCELED");
  assert.equal(play.market.cancel(mine.orderId, 5, "c"), null);
  assert.equal(play.market.find(1, "a"), mine);
  assert.deepEqual(play.next().fills(), []);
  assert.equal(play.submit(1, "m", "S", 1, 0, MARKET).status, "FILLED");
  assert.deepEqual(play.market.submit(order(1, "n", "S", 14 * ONE, 0, MARKET), 1).ok, true);
  assert.deepEqual(play.market.submit(order(1, "o", "S", ONE, 0, MARKET), 1), {
    ok: false,
    reason: "NO_LIQUIDITY",
  });
});

test("a gap in the update ids empties the book until the next snapshot, and orders wait at the back", () => {
  const play = new Play((lines) =>
    lines
      .depth(13, 14, [[99, 1]], [])
      .trade("S", [99, 90])
      .depth(15, 15, [[99, 3]], [])
      .depth(16, 16, [[98, 4]], [])
      .snapshot(15, BIDS, ASKS)
      .trade("S", [99, 6]),
  );
  play.submit(1, "a", "B", 2, 99, MAKER);
  play.next();
  assert.deepEqual([play.market.gapCount, play.market.lastUpdateId, play.market.best(1)], [1, -1, null]);
  assert.deepEqual(play.market.depth(9), { bids: [], asks: [] });
  const waiting = play.submit(2, "w", "B", 1, 98, MAKER);
  play.next(4);
  assert.deepEqual(play.market.depth(2).bids, [
    [99 * ONE, 5 * ONE],
    [98 * ONE, 4 * ONE],
  ]);
  assert.equal(play.market.lastUpdateId, 16);
  assert.equal(waiting.filled, 0);
  play.fills();
  play.next();
  assert.equal(play.market.find(1, "a")?.status, "FILLED");
});

test("reset plays again from the first line with the clients' orders at the back of their queues", () => {
  const play = new Play((lines) => lines.trade("S", [99, 4]).trade("S", [99, 4]));
  play.submit(1, "taker", "B", 4, 101, IOC);
  const mine = play.submit(1, "a", "B", 5, 99, MAKER);
  play.next(2);
  assert.equal(mine.filled, 3 * ONE);
  play.rewind();
  assert.deepEqual([play.market.position, play.market.lastUpdateId], [0, -1]);
  assert.throws(() => play.market.play(1), /line 1 is not the next line 0 of 3/);
  play.next(2);
  assert.equal(play.market.best(2)?.quantity, 4 * ONE);
  assert.equal(mine.filled, 3 * ONE);
  play.next();
  assert.equal(mine.status, "FILLED");
  assert.throws(() => play.market.play(3), RangeError);
});
