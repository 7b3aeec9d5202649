import assert from "node:assert/strict";
import { test } from "node:test";
import { MainClient, WebsocketAPIClient, WebsocketClient } from "binance";
import type { BinanceServer } from "../../sim/server/index.ts";
import { bestOf, bookOf, openVenue, purseOf, until } from "./binance-venue.ts";
import type { PeerKey } from "./binance-venue.ts";

const SYMBOL = "BTCUSDT";
/** Twenty seconds of the stream. */
const ROUNDS_MAX = 200;
type Json = Record<string, unknown>;

async function withVenue(
  run: (server: BinanceServer, keys: readonly PeerKey[]) => Promise<void>,
): Promise<void> {
  const { server, ed25519, hmac } = await openVenue();
  try {
    await until("a market", () => bestOf(server, 1) > 0 && bestOf(server, 2) > 0);
    await run(server, [ed25519, hmac]);
  } finally {
    await server.close();
  }
}

function restOf({ urls }: BinanceServer, { apiKey, secret }: PeerKey): MainClient {
  return new MainClient({ baseUrl: urls.rest, api_key: apiKey, api_secret: secret });
}

const quiet = { trace: () => undefined, info: () => undefined, error: () => undefined };

test("npm binance trades over REST; its orders, trades and balances are the ledger's", async () => {
  await withVenue(async (server, keys) => {
    for (const key of keys) {
      const client = restOf(server, key);
      const price = Math.floor(bestOf(server, 1) * 0.9);
      const limit = {
        symbol: SYMBOL,
        side: "BUY",
        type: "LIMIT",
        timeInForce: "GTC",
        quantity: 0.01,
        price,
      } as const;
      await client.testNewOrder(limit);
      const placed = await client.submitNewOrder({ ...limit, newOrderRespType: "RESULT" });
      const { orderId } = placed;
      assert.equal((await client.getOrder({ symbol: SYMBOL, orderId })).status, "NEW");
      const replaced = (await client.replaceOrder({
        ...limit,
        quantity: 0.02,
        cancelReplaceMode: "STOP_ON_FAILURE",
        cancelOrderId: orderId,
      })) as unknown as { newOrderResponse: { orderId: number } };
      assert.equal((await client.getOpenOrders({ symbol: SYMBOL })).length, 1);
      await client.cancelOrder({ symbol: SYMBOL, orderId: replaced.newOrderResponse.orderId });
      const bought = (await client.submitNewOrder({
        symbol: SYMBOL,
        side: "BUY",
        type: "MARKET",
        quantity: 0.005,
        newOrderRespType: "FULL",
      })) as unknown as { status: string };
      assert.equal(bought.status, "FILLED");
      const trades = await client.getAccountTradeList({ symbol: SYMBOL });
      assert.equal(
        trades.reduce((sum, { qty }) => sum + Math.round(Number(qty) * 1e8), 0),
        500_000,
      );
      assert.deepEqual(
        (await client.getAllOrders({ symbol: SYMBOL })).map(({ status }) => status),
        ["CANCELED", "CANCELED", "FILLED"],
      );
      const { balances } = await client.getAccountInformation();
      for (const asset of ["BTC", "USDT"]) {
        const shown = balances.find((balance) => balance.asset === asset);
        assert.deepEqual(
          [Number(shown?.free), Number(shown?.locked)],
          [...purseOf(server, key.account, asset)],
          asset,
        );
      }
    }
  });
});

test("npm binance keeps a book from snapshot and diffs that is the venue's", async () => {
  await withVenue(async (server, [key]) => {
    const diffs: { U: number; u: number; b: [string, string][]; a: [string, string][] }[] = [];
    const socket = new WebsocketClient({ wsUrl: server.urls.stream }, quiet);
    socket.on("message", (message) => {
      const frame = message as unknown as { data?: Json; e?: string };
      const event = (frame.data ?? frame) as Json;
      if (event["e"] === "depthUpdate") diffs.push(event as never);
    });
    socket.on("exception", () => undefined);
    try {
      await socket.subscribe("btcusdt@depth@100ms", "main");
      await until("diffs", () => diffs.length > 5);
      const snapshot = await restOf(server, key ?? assert.fail()).getOrderBook({
        symbol: SYMBOL,
        limit: 5_000,
      });
      const sides = [snapshot.bids, snapshot.asks].map(
        (side) => new Map(side.map(([price, size]) => [Number(price), Number(size)])),
      );
      let bookId = snapshot.lastUpdateId;
      let compared = 0;
      for (let round = 0; round < ROUNDS_MAX && compared < 5; round++) {
        await until("a diff", () => diffs.some(({ u }) => u > bookId));
        for (const { U, u, b, a } of diffs.splice(0)) {
          if (u <= bookId) continue;
          assert.ok(U <= bookId + 1, `gap: ${U} after ${bookId}`);
          [b, a].forEach((levels, side) => {
            for (const [price, size] of levels)
              if (Number(size) === 0) sides[side]?.delete(Number(price));
              else sides[side]?.set(Number(price), Number(size));
          });
          bookId = u;
        }
        const own = sides.map((side, index) =>
          [...side].sort(([x], [y]) => (index === 0 ? y - x : x - y)).slice(0, 5),
        );
        const venue = bookOf(server);
        // The stream is cut each 100 ms: the engine may be ahead.
        if (bookId !== venue.updateId) continue;
        assert.deepEqual(own, venue.sides);
        compared += 1;
      }
      assert.equal(compared, 5, `both were at the same update ${compared} times`);
    } finally {
      socket.closeAll(true);
    }
  });
});

test("npm binance logs on to the WebSocket API, trades there and hears of its orders", async () => {
  await withVenue(async (server, [key]) => {
    const { apiKey, secret, account } = key ?? assert.fail();
    const client = new WebsocketAPIClient(
      { wsUrl: server.urls.stream, api_key: apiKey, api_secret: secret, attachEventListeners: false },
      quiet,
    );
    const heard: string[] = [];
    const socket = client.getWSClient();
    for (const name of ["message", "formattedUserDataMessage"] as const)
      socket.on(name, (message: unknown) => {
        const event = ((message as { event?: Json }).event ?? message) as unknown as Json;
        if (event["e"] === "executionReport") heard.push(`${String(event["i"])} ${String(event["X"])}`);
      });
    socket.on("exception", () => undefined);
    try {
      await client.subscribeUserDataStream("mainWSAPI");
      const price = String(Math.floor(bestOf(server, 1) * 0.9));
      const stamp = (): { timestamp: number } => ({ timestamp: Date.now() });
      const limit = {
        symbol: SYMBOL,
        side: "BUY",
        type: "LIMIT",
        timeInForce: "GTC",
        quantity: "0.01",
        price,
      } as const;
      const placed = (await client.submitNewSpotOrder({ ...limit, ...stamp() })).result as unknown as {
        orderId: number;
      };
      await until("the order's event", () => heard.includes(`${placed.orderId} NEW`));
      const status = await client.getSpotOrderStatus({
        symbol: SYMBOL,
        orderId: placed.orderId,
        ...stamp(),
      });
      assert.equal(status.result.status, "NEW");
      await client.cancelSpotOrder({ symbol: SYMBOL, orderId: placed.orderId, ...stamp() });
      await until("the cancel's event", () => heard.includes(`${placed.orderId} CANCELED`));
      const { result } = await client.getSpotAccountInformation(stamp());
      const shown = result.balances.find(({ asset }) => asset === "USDT");
      assert.deepEqual([Number(shown?.free), Number(shown?.locked)], [...purseOf(server, account, "USDT")]);
    } finally {
      socket.closeAll(true);
    }
  });
});
