import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import { once } from "node:events";
import { get } from "node:https";
import type { TLSSocket } from "node:tls";
import { connect } from "node:tls";
import { test } from "node:test";
import { setTimeout as sleep, setImmediate as nextTurn } from "node:timers/promises";
import { WebSocket } from "ws";
import { CertificateAuthority } from "../../../sim/server/certificate-authority.ts";
import { startCoinbaseServer } from "../../../sim/server/index.ts";
import type { CoinbaseServerOptions } from "../../../sim/server/index.ts";
import { TradingClient, limitGtc, nextOf, subscribe } from "../coinbase/trading-client.ts";
import { TEST_MARKET } from "../coinbase/venue-driver.ts";
import { openTls } from "./coinbase-driver.ts";
import type { TlsDriver } from "./coinbase-driver.ts";

const ORDERS = "/api/v3/brokerage/orders";
const TIME = "/api/v3/brokerage/time";

/** Runs a test against a server and closes it. */
async function withServer(
  run: (driver: TlsDriver) => Promise<void>,
  overrides: Partial<CoinbaseServerOptions> = {},
): Promise<void> {
  const driver = await openTls(overrides);
  try {
    await run(driver);
  } finally {
    await driver.close();
  }
}

function handshake(url: string, ca: string | undefined, servername: string): Promise<string> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve) => {
    const trust = ca === undefined ? {} : { ca };
    const socket: TLSSocket = connect({ host: hostname, port: Number(port), servername, ...trust }, () => {
      socket.destroy();
      resolve("");
    });
    socket.on("error", (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
  });
}

test("[V18] who verifies believes the server by its authority alone, and by the names in its certificate", async () => {
  await withServer(
    async ({ server }) => {
      const { rest, marketData } = server.urls;
      assert.equal(await handshake(rest, server.caPem, "api.coinbase.com"), "");
      assert.equal(await handshake(marketData, server.caPem, "localhost"), "");
      assert.equal(await handshake(rest, server.caPem, "example.com"), "ERR_TLS_CERT_ALTNAME_INVALID");
      assert.match(await handshake(rest, undefined, "localhost"), /UNABLE_TO_|SELF_SIGNED/);
      const other = new CertificateAuthority(Date.now());
      assert.match(await handshake(rest, other.certPem, "localhost"), /UNABLE_TO_|SELF_SIGNED/);
    },
    { hostNames: ["api.coinbase.com"] },
  );
});

test("a certificate says what it is for, to whom, by whom and until when", () => {
  const nowMs = Date.UTC(2026, 7, 9);
  const authority = new CertificateAuthority(nowMs);
  const own = new X509Certificate(authority.certPem);
  const issued = new X509Certificate(authority.identity(["127.0.0.1"], ["api.coinbase.com"]).certPem);
  assert.deepEqual([own.ca, issued.ca], [true, false]);
  assert.ok(issued.checkIssued(own) && issued.verify(own.publicKey) && own.verify(own.publicKey));
  assert.deepEqual([issued.checkIP("127.0.0.1"), issued.checkIP("127.0.0.2")], ["127.0.0.1", undefined]);
  assert.equal(issued.checkHost("api.coinbase.com"), "api.coinbase.com");
  assert.equal(issued.checkHost("coinbase.com"), undefined);
  assert.equal(issued.validFromDate.getTime(), nowMs - 3_600_000);
  assert.equal(issued.validToDate.getTime(), nowMs + 30 * 86_400_000);
  const stranger = new X509Certificate(new CertificateAuthority(nowMs).certPem);
  assert.ok(!issued.verify(stranger.publicKey) && own.subject !== stranger.subject);
});

test("[V20] a frame breaks off within its header, its body, or at its end, and the socket with it", async () => {
  for (const bytes of [0, 1, 3, 40]) {
    await withServer(async (driver) => {
      const port = await driver.connect("marketData");
      const [session] = driver.venue.sessions;
      assert.ok(session);
      // The answer to the subscription is the first frame of all: none can be on its way before it.
      driver.venue.faults.tearFrame(session, bytes);
      port.send(subscribe("heartbeats", []));
      assert.equal(await port.closed(), 1006);
      assert.deepEqual(port.frames, []);
    });
  }
});

test("[C2, V20] a connection breaks without an answer, or within one, and the order is there", async () => {
  await withServer(async (driver) => {
    const trader = new TradingClient(driver, "trader");
    const order = { product_id: "BTC-USD", side: "BUY", order_configuration: limitGtc("50000", "0.1") };
    driver.venue.faults.loseAnswers = 1;
    assert.equal(await trader.post(ORDERS, { ...order, client_order_id: "lost" }), null);
    driver.venue.faults.cutAnswerAtByte = 10;
    assert.equal(await trader.post(ORDERS, { ...order, client_order_id: "cut" }), null);
    for (const id of ["lost", "cut"])
      assert.equal(driver.venue.orders.findClientOrderId(1, id)?.status, "OPEN");
  });
});

test("[V1] a half-open socket stays, and nothing comes", async () => {
  await withServer(async (driver) => {
    const port = await driver.connect("marketData");
    const [session] = driver.venue.sessions;
    assert.ok(session);
    port.send(subscribe("heartbeats", []));
    await nextOf(port, "subscriptions");
    driver.venue.faults.halfOpen(session);
    const sentNs = driver.server.nowNs();
    // Another client's heartbeats tell how far the venue is: two after the fault, and this client would have had one at least.
    const other = await driver.connect("marketData");
    other.send(subscribe("heartbeats", []));
    for (let beats = 0; beats < 3; beats++) await nextOf(other, "heartbeats");
    const late = port.frames.map(stampOf).filter((stampMs) => stampMs > driver.venue.clock.ms(sentNs));
    assert.deepEqual(late, []);
    assert.equal(port.socket.readyState, WebSocket.OPEN);
  });
});

test("[V2] a ninth connection in one second is refused with 429", async () => {
  await withServer(
    async (driver) => {
      const outcomes = await Promise.all(
        Array.from({ length: 9 }, async () => {
          const socket = new WebSocket(driver.server.urls.marketData, { ca: driver.server.caPem });
          socket.on("error", () => {});
          const outcome = await Promise.race([
            once(socket, "open").then(() => 101),
            once(socket, "unexpected-response").then(statusOf),
          ]);
          socket.terminate();
          return outcome;
        }),
      );
      assert.deepEqual(
        outcomes.toSorted((a, b) => a - b),
        [101, 101, 101, 101, 101, 101, 101, 101, 429],
      );
    },
    // Nobody subscribes, so that session time stands: however long nine handshakes take, they are of one second.
    { start: "firstStream" },
  );
});

test("a client that does not read is closed, and others are served", async () => {
  await withServer(
    async (driver) => {
      const slow = await driver.connect("marketData");
      slow.socket.pause();
      // Each subscription is answered by a whole book; 33 MB of them unread are too many.
      const maker = new TradingClient(driver, "maker");
      for (let index = 0; index < 200; index += 1) await maker.rest("BUY", String(10_000 + index), "0.001");
      for (let sent = 0; driver.venue.sessions.length > 0 && sent < 20_000; sent += 50) {
        for (let count = 1; count < 50; count += 1) slow.send(subscribe("level2", ["BTC-USD"]));
        await new Promise((resolve) => slow.socket.send(subscribe("level2", ["BTC-USD"]), resolve));
        await nextTurn();
      }
      assert.deepEqual(driver.venue.sessions, []);
      assert.equal((await driver.rest("GET", TIME))?.status, 200);
      slow.socket.resume();
      assert.equal(await slow.closed(), 1008);
    },
    { limits: { anonymousMessagesMax: 1e9, privateRequestsMax: 1e9 } },
  );
});

test("binary frames are errors, and bodies beyond the bound break the connection", async () => {
  await withServer(async (driver) => {
    const port = await driver.connect("marketData");
    port.socket.send(Buffer.from(subscribe("heartbeats", [])), { binary: true });
    assert.equal((await nextOf(port, "error"))["message"], "failed to parse message");
    const large = { client_order_id: "x".repeat(300_000) };
    await assert.rejects(
      driver.rest("POST", ORDERS, { signer: "trader", body: large }).then((answer) => assert.ok(answer)),
    );
  });
});

test("tokens are judged by the clock of clients, though session time waits for the first subscription", async () => {
  await withServer(
    async (driver) => {
      await sleep(1_100);
      const trader = new TradingClient({ ...bound(driver), nowMs: () => Date.now() }, "trader");
      assert.deepEqual(await trader.balance("ETH"), ["100", "0"]);
      assert.ok(driver.server.nowNs() < 1_000_000_000);
    },
    { start: "firstStream" },
  );
});

test("the three hosts take the ports that they are given, and a port in use is an error", async () => {
  const first = await startCoinbaseServer(TEST_MARKET);
  const port = Number(new URL(first.urls.rest).port);
  await assert.rejects(startCoinbaseServer({ ...TEST_MARKET, ports: { rest: port } }), /EADDRINUSE/);
  await first.close();
  const second = await startCoinbaseServer({ ...TEST_MARKET, ports: { rest: port } });
  assert.equal(second.urls.rest, `https://127.0.0.1:${port}`);
  const [response] = (await once(get(`${second.urls.rest}${TIME}`, { ca: second.caPem }), "response")) as [
    { statusCode: number; destroy(): void },
  ];
  assert.equal(response.statusCode, 200);
  response.destroy();
  await second.close();
});

/** Epoch ms at which the venue has stamped a message. */
function stampOf(text: string): number {
  return Date.parse((JSON.parse(text) as { readonly timestamp: string }).timestamp);
}

function statusOf([, response]: unknown[]): number {
  return (response as { readonly statusCode: number }).statusCode;
}

/** The driver's methods, to be spread. */
function bound(driver: TlsDriver): Pick<TlsDriver, "venue" | "host" | "connect" | "rest" | "close"> {
  return {
    venue: driver.venue,
    host: driver.host,
    connect: (endpoint) => driver.connect(endpoint),
    rest: (method, target, call) => driver.rest(method, target, call),
    close: () => driver.close(),
  };
}
