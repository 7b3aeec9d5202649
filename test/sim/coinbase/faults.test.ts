import assert from "node:assert/strict";
import { test } from "node:test";
import { LocalBook } from "./local-book.ts";
import {
  TradingClient,
  eventOf,
  jsonOf,
  limitGtc,
  nextOf,
  orderIdOf,
  orderOf,
  socketToken,
  subscribe,
} from "./trading-client.ts";
import { openInProcess } from "./venue-driver.ts";
import type { InProcessDriver, InProcessPort, Json } from "./venue-driver.ts";

const ORDERS = "/api/v3/brokerage/orders";
const HISTORY = `${ORDERS}/historical`;
const SECOND_NS = 1_000_000_000;
const ORDER = {
  client_order_id: "c-1",
  product_id: "BTC-USD",
  side: "BUY",
  order_configuration: limitGtc("50000", "0.1"),
};

/** A port that has subscribed to a book and has read its snapshot. */
function booked(driver: InProcessDriver): InProcessPort {
  const port = driver.open("marketData");
  port.send(subscribe("level2", ["BTC-USD"]));
  port.drain();
  return port;
}

/** Orders that change the book, one step of 50 ms apart. */
async function stir(driver: InProcessDriver, count: number): Promise<void> {
  const maker = new TradingClient(driver, "maker");
  for (let index = 0; index < count; index += 1) {
    await maker.rest("BUY", String(40_000 + index), "0.01");
    driver.wait(50_000_000);
  }
}

function sequences(messages: readonly Json[]): unknown[] {
  return messages.map((message) => message["sequence_num"]);
}

test("[V1, M4] a half-open connection is silent both ways and stays", async () => {
  const driver = openInProcess();
  const port = booked(driver);
  driver.venue.faults.halfOpen(port.session);
  await stir(driver, 3);
  port.send(subscribe("heartbeats", []));
  driver.wait(30 * SECOND_NS);
  assert.deepEqual([port.frames.length, port.closeCode], [0, 0]);
});

test("[V1] heartbeats stop while the book goes on", async () => {
  const driver = openInProcess();
  const port = booked(driver);
  port.send(subscribe("heartbeats", []));
  port.drain();
  driver.venue.faults.heartbeatsOff(port.session);
  await stir(driver, 30);
  const channels = new Set(port.drain().map((message) => message["channel"]));
  assert.deepEqual([...channels], ["l2_data"]);
});

test("[V4, M1] a lost frame leaves a gap in the numbers of its socket", async () => {
  const driver = openInProcess();
  const port = booked(driver);
  driver.venue.faults.dropFrames(port.session, 1);
  await stir(driver, 3);
  assert.deepEqual(sequences(port.drain()), [3, 4]);
});

test("[M6] frames come twice, or the second before the first", async () => {
  const driver = openInProcess();
  const port = booked(driver);
  driver.venue.faults.duplicateFrames(port.session, 1);
  await stir(driver, 2);
  assert.deepEqual(sequences(port.drain()), [2, 2, 3]);
  driver.venue.faults.swapFrames(port.session, 1);
  await stir(driver, 4);
  assert.deepEqual(sequences(port.drain()), [5, 4, 6, 7]);
});

test("[V15] frames come late, in their order", async () => {
  const driver = openInProcess();
  const port = booked(driver);
  driver.venue.faults.delayFrames(port.session, 2 * SECOND_NS);
  await stir(driver, 2);
  driver.venue.faults.delayFrames(port.session, 0);
  await stir(driver, 1);
  const due = port.frames.map(({ dueNs }) => dueNs);
  assert.deepEqual(
    due,
    due.toSorted((a, b) => a - b),
  );
  assert.ok((due[0] ?? 0) >= 2 * SECOND_NS);
});

test("[V20] a frame breaks off at any byte, and the connection with it", async () => {
  const driver = openInProcess();
  const port = booked(driver);
  driver.venue.faults.tearFrame(port.session, 17);
  await stir(driver, 2);
  assert.deepEqual([port.torn?.bytes, port.closeCode, port.frames.length], [17, 1006, 0]);
  assert.deepEqual(driver.venue.sessions, []);
});

test("[M3] a snapshot crosses once, and the next is sound", async () => {
  const driver = openInProcess();
  const maker = new TradingClient(driver, "maker");
  await maker.rest("BUY", "50000", "1");
  await maker.rest("SELL", "50001", "1");
  const port = driver.open("marketData");
  driver.venue.faults.contradictSnapshot(port.session);
  const best = (): readonly [number, number] => {
    port.send(subscribe("level2", ["BTC-USD"]));
    const book = new LocalBook();
    const [message = {}] = port.drain();
    book.apply(eventOf(message));
    return book.best();
  };
  assert.deepEqual(best(), [50_001, 50_001]);
  assert.deepEqual(best(), [50_000, 50_001]);
});

test("[V11] a message of an unknown channel takes a number like any other", async () => {
  const driver = openInProcess();
  const port = booked(driver);
  driver.venue.unknownMessage(port.session, driver.nowNs);
  await stir(driver, 1);
  const messages = port.drain();
  assert.deepEqual(sequences(messages), [2, 3]);
  assert.equal(messages[0]?.["channel"], "weather_reports");
});

test("[V12] the user channel tells of an order that nobody sent", async () => {
  const driver = openInProcess();
  const port = driver.open("user");
  port.send(subscribe("user", [], socketToken(driver, "trader")));
  port.drain();
  driver.venue.strangeOrder(port.session, "BTC-USD", driver.nowNs);
  assert.equal(orderOf(await nextOf(port, "user"))["status"], "FILLED");
  assert.deepEqual(driver.venue.orders.newestFirst(1), []);
});

test("[C7] a request answered with a page and 502 was carried out", async () => {
  const driver = openInProcess();
  driver.venue.faults.failAfterActing = 1;
  const answer = driver.ask("POST", ORDERS, { signer: "trader", body: ORDER });
  assert.equal(answer?.status, 502);
  assert.ok(answer.body.startsWith("<html>"));
  assert.equal(driver.venue.orders.findClientOrderId(1, "c-1")?.status, "OPEN");
});

test("[C2, C7] a request without an answer was carried out, and its id finds the order again", async () => {
  const driver = openInProcess();
  driver.venue.faults.loseAnswers = 1;
  assert.equal(driver.ask("POST", ORDERS, { signer: "trader", body: ORDER }), null);
  const again = jsonOf(driver.ask("POST", ORDERS, { signer: "trader", body: ORDER }));
  assert.equal(orderIdOf(again), driver.venue.orders.newestFirst(1)[0]?.orderId);
  assert.equal(driver.venue.orders.newestFirst(1).length, 1);
});

test("[C8] a query does not find an order for a while, though it exists and fills", async () => {
  const driver = openInProcess();
  driver.venue.faults.queryLagNs = 2 * SECOND_NS;
  await new TradingClient(driver, "maker").rest("SELL", "50000", "1");
  const orderId = await new TradingClient(driver, "trader").rest("BUY", "50000", "0.1");
  const ask = (path: string): Json => jsonOf(driver.ask("GET", path, { signer: "trader" }));
  assert.equal(ask(`${HISTORY}/${orderId}`)["error"], "NOT_FOUND");
  assert.deepEqual(ask(`${HISTORY}/batch`)["orders"], []);
  assert.deepEqual(ask(`${HISTORY}/fills`)["fills"], []);
  driver.wait(2 * SECOND_NS);
  assert.equal((ask(`${HISTORY}/${orderId}`)["order"] as Json)["status"], "FILLED");
});

test("[C10] a fill comes between an accepted cancel and its effect", async () => {
  const driver = openInProcess();
  driver.venue.faults.cancelDelayNs = SECOND_NS;
  const trader = new TradingClient(driver, "trader");
  const orderId = await trader.rest("BUY", "50000", "0.1");
  const partly = await trader.rest("BUY", "49999", "0.2");
  assert.deepEqual(
    (await trader.cancel(orderId, partly)).map((result) => result["success"]),
    [true, true],
  );
  assert.equal((await trader.cancel(orderId))[0]?.["failure_reason"], "DUPLICATE_CANCEL_REQUEST");
  const waiting = await trader.find(orderId);
  assert.deepEqual([waiting["status"], waiting["pending_cancel"]], ["CANCEL_QUEUED", true]);
  await new TradingClient(driver, "maker").order("SELL", { market_market_ioc: { base_size: "0.15" } });
  driver.wait(SECOND_NS);
  const filled = await trader.find(orderId);
  const cancelled = await trader.find(partly);
  assert.deepEqual([filled["status"], filled["filled_size"]], ["FILLED", "0.1"]);
  assert.deepEqual([cancelled["status"], cancelled["filled_size"]], ["CANCELLED", "0.05"]);
});

test("[C9] of a batch of cancels every second one is refused", async () => {
  const driver = openInProcess();
  driver.venue.faults.partialCancel = true;
  const trader = new TradingClient(driver, "trader");
  const ids = [await trader.rest("BUY", "50000", "0.1"), await trader.rest("BUY", "50000", "0.1")];
  const results = await trader.cancel(...ids);
  assert.deepEqual(
    results.map((result) => result["success"]),
    [true, false],
  );
  assert.equal((await trader.find(ids[1] ?? ""))["status"], "OPEN");
});

test("[V13] 429 comes in spite of all limits kept, and carries nothing out", async () => {
  const driver = openInProcess();
  driver.venue.faults.refuseRequests = 2;
  for (const expected of [429, 429, 200]) {
    const answer = driver.ask("POST", ORDERS, { signer: "trader", body: ORDER });
    assert.equal(answer?.status, expected);
    assert.equal(answer.headers["x-ratelimit-limit"], "30");
  }
  assert.equal(driver.venue.orders.newestFirst(1).length, 1);
});

test("[V14] a venue whose clock is wrong refuses good tokens, either way", () => {
  const driver = openInProcess();
  const status = (): number => driver.ask("GET", `${HISTORY}/batch`, { signer: "trader" })?.status ?? 0;
  for (const [skewMs, expected] of [
    [119_000, 200],
    [121_000, 401],
    [-2_000, 401],
    [0, 200],
  ] as const) {
    driver.venue.skewClock(skewMs);
    assert.equal(status(), expected, String(skewMs));
  }
});

test("[V15] fills are told before the answer to their order", async () => {
  const driver = openInProcess();
  const port = driver.open("user");
  port.send(subscribe("user", [], socketToken(driver, "trader")));
  await new TradingClient(driver, "maker").rest("SELL", "50000", "1");
  port.drain();
  driver.venue.faults.answerDelayNs = SECOND_NS;
  const beganNs = driver.nowNs;
  await new TradingClient(driver, "trader").rest("BUY", "50000", "0.1");
  assert.equal(driver.nowNs - beganNs, SECOND_NS);
  assert.deepEqual(
    port.frames.map(({ dueNs }) => dueNs - beganNs),
    [0, 0],
  );
});

test("[V20] an answer breaks off within its body", () => {
  const driver = openInProcess();
  driver.venue.faults.cutAnswerAtByte = 25;
  assert.equal(driver.ask("POST", ORDERS, { signer: "trader", body: ORDER })?.cutAtByte, 25);
  assert.equal(driver.ask("GET", `${HISTORY}/batch`, { signer: "trader" })?.cutAtByte, null);
});

test("every order is refused while order entry is off, and none is known", async () => {
  const driver = openInProcess();
  driver.venue.faults.rejectOrders = true;
  const answer = await new TradingClient(driver, "trader").order("BUY", limitGtc("50000", "0.1"));
  assert.equal((answer["error_response"] as Json)["error"], "ORDER_ENTRY_DISABLED");
  assert.deepEqual(driver.venue.orders.newestFirst(1), []);
});
