import assert from "node:assert/strict";
import { setImmediate } from "node:timers/promises";
import { test } from "node:test";
import { VenueWire } from "../../../../../cli/simulation/venue-wire.ts";
import {
  KeySigner,
  SIMULATED_API_KEY,
  simulatedKeys,
} from "../../../../../cli/simulation/simulated-account.ts";
import type { GatewayListener } from "../../../../../host/execution/gateways/index.ts";
import { BinanceGateway, Channel } from "../../../../../host/execution/gateways/index.ts";
import { SeededRandom, VirtualClock, VirtualTimers } from "../../../../../host/platform/index.ts";
import { BinanceVenue } from "../../../../../sim/binance/index.ts";
import { binanceOptions } from "../../../../../sim/server/index.ts";
import { randomSeed } from "../../../../support/random-seed.ts";
import { SESSION_START_MS } from "../../../../sim/binance/venue-driver.ts";

type Json = Record<string, unknown>;
const MS_NS = 1e6;

/** What a lane would hold against its gateway: a gap, an update or an event that comes twice, an answer that does not come. */
class Judge implements GatewayListener {
  readonly faults: string[] = [];
  readonly lines: string[] = [];
  readonly answered = new Set<number>();
  readonly restAnswers: string[] = [];
  updates = 0;
  executions = 0;
  gateway: BinanceGateway | null = null;
  private readonly lastIds = new Map<string, number>();
  private readonly seenExecutions = new Set<number>();

  onFrame(channel: Channel, _instrument: number, bytes: Uint8Array, length: number): void {
    if (channel === Channel.ORDER_REST) {
      this.restAnswers.push(Buffer.from(bytes).toString("utf8", 0, length));
      return;
    }
    const frame = JSON.parse(Buffer.from(bytes).toString("utf8", 0, length)) as Json;
    if (channel === Channel.MARKET) this.market(String(frame["stream"]), frame["data"] as Json);
    else if (frame["event"] !== undefined) this.event(frame["event"] as Json);
    else this.answer(Number(frame["id"]), Number(frame["status"]));
  }

  onLine(channel: Channel, isUp: boolean): void {
    this.lines.push(`${channel} ${isUp ? "up" : "down"}`);
  }

  onSecondHalf(): boolean {
    return false;
  }

  onNotice(): void {
    /* For people. */
  }

  private market(stream: string, data: Json): void {
    if (data["e"] === "serverShutdown") return this.gateway?.onServerShutdown();
    const [last, first] = [Number(data["u"] ?? data["t"]), Number(data["U"] ?? data["u"] ?? data["t"])];
    const known = this.lastIds.get(stream);
    const isNumbered = !stream.endsWith("bookTicker");
    if (known !== undefined && (last <= known || (isNumbered && first !== known + 1)))
      this.faults.push(`${stream}: ${first} to ${last} after ${known}`);
    this.lastIds.set(stream, last);
    this.updates += 1;
  }

  private event(event: Json): void {
    if (event["e"] === "serverShutdown") return this.gateway?.onServerShutdown();
    if (event["e"] !== "executionReport") return;
    const id = Number(event["I"]);
    if (this.seenExecutions.has(id)) this.faults.push(`execution ${id} twice`);
    this.seenExecutions.add(id);
    this.executions += 1;
  }

  private answer(id: number, status: number): void {
    if (id < 1_000) this.gateway?.onSessionReply(id, status, 0);
    else if (this.answered.has(id)) this.faults.push(`answer ${id} twice`);
    else this.answered.add(id);
  }
}

/** A gateway at a simulated venue with latencies, both on virtual time. */
function rigOf(seed: number, isRestAllowed = false) {
  const keys = simulatedKeys();
  const venue = new BinanceVenue(
    binanceOptions(
      {
        sessionStartMs: SESSION_START_MS,
        seed,
        keys: [{ apiKey: SIMULATED_API_KEY, account: 1, kind: "ED25519", publicKeyPem: keys.publicKeyPem }],
        openingBalances: [
          { account: 1, asset: "BTC", amount: 100_000_000_000n },
          { account: 1, asset: "USDT", amount: 1_000_000_000_000_000n },
        ],
        flow: {},
        latencyIn: { fixedNs: 5 * MS_NS, jitterNs: 20 * MS_NS },
        latencyOut: { fixedNs: 5 * MS_NS, jitterNs: 60 * MS_NS },
      },
      null,
    ),
  );
  const clock = new VirtualClock(SESSION_START_MS);
  const timers = new VirtualTimers(clock);
  const wire = new VenueWire(venue, clock);
  const judge = new Judge();
  const signer = new KeySigner(SIMULATED_API_KEY, keys.privateKeyPem);
  const gateway = new BinanceGateway(
    {
      addresses: { streamUrl: "ws://venue", wsApiUrl: "ws://venue/ws-api/v3", restUrl: "http://venue" },
      venueIndex: 0,
      instruments: [{ instrumentIndex: 0, symbol: "BTCUSDT" }],
      snapshotLevels: 1000,
      signer,
      ...(isRestAllowed ? { restSigner: signer } : {}),
    },
    { wire, timers, clock, random: new SeededRandom(seed) },
    judge,
  );
  judge.gateway = gateway;
  const pass = (ns: number): void => {
    const endNs = clock.nowNs + ns;
    for (;;) {
      const nextNs = Math.min(venue.nextNs, wire.nextNs, timers.nextNs);
      if (nextNs > endNs) break;
      const atNs = Math.max(nextNs, clock.nowNs);
      timers.advance(atNs);
      venue.advance(atNs);
      wire.deliver(atNs);
    }
    timers.advance(endNs);
  };
  return { venue, gateway, judge, pass, clock };
}

function placeOrder(id: number, timestamp: number): Buffer {
  const params = { side: "BUY", symbol: "BTCUSDT", timestamp, type: "MARKET", quantity: "0.00100" };
  return Buffer.from(JSON.stringify({ id, method: "order.place", params }));
}

test(`[V3] over five announced shutdowns no update is missed or comes twice, no event, and every order is answered (seed ${randomSeed})`, () => {
  const { venue, gateway, judge, pass, clock } = rigOf(randomSeed);
  gateway.start();
  pass(2e9);
  let sent = 0;
  for (let round = 0; round < 5; round++) {
    venue.shutdown(clock.nowNs);
    // Through announcement, overlap, the venue's own cut after ten seconds, and the end of the handover.
    for (let step = 0; step < 40; step++) {
      const bytes = placeOrder(1_000 + sent, clock.wallMs());
      if (gateway.sendOrder(bytes, 0, bytes.length)) sent += 1;
      pass(500e6);
    }
  }
  pass(5e9);
  gateway.stop();
  assert.deepEqual(judge.faults, []);
  assert.deepEqual(judge.lines, ["0 up", "2 up"]);
  assert.equal(sent, 200);
  assert.equal(judge.answered.size, sent);
  assert.ok(judge.executions >= 2 * sent, `${judge.executions} executions`);
  assert.ok(judge.updates > 1_000, `${judge.updates} updates`);
});

test("[V20] with the order session gone and the venue refusing a new one, a cancel goes over REST and is carried out", async () => {
  const { venue, gateway, judge, pass, clock } = rigOf(1, true);
  const send = (id: number, method: string, params: Json): boolean => {
    const request = { id, method, params: { ...params, symbol: "BTCUSDT", timestamp: clock.wallMs() } };
    const bytes = Buffer.from(JSON.stringify(request));
    return gateway.sendOrder(bytes, 0, bytes.length);
  };
  gateway.start();
  pass(2e9);
  const terms = { side: "BUY", type: "LIMIT", timeInForce: "GTC", quantity: "0.00100", price: "20000.00" };
  assert.ok(send(1_000, "order.place", { ...terms, newClientOrderId: "s1-1" }));
  pass(1e9);
  venue.faults.refuseConnections = true;
  for (const session of venue.sessions) if (session.api !== null) venue.cut(session, clock.nowNs);
  pass(1e9);
  assert.equal(judge.lines.at(-1), "2 down");
  assert.ok(send(1_001, "order.cancel", { origClientOrderId: "s1-1" }));
  assert.ok(send(1_002, "order.cancel", { origClientOrderId: "s1-9" }));
  // The signature is promised, not given.
  await setImmediate();
  pass(1e9);
  gateway.stop();
  assert.deepEqual(
    judge.restAnswers.map((text) => /^(\d+ \d+ 0)\n.*?("status":"\w+"|"code":-?\d+)/.exec(text)?.slice(1)),
    [
      ["200 1001 0", '"status":"CANCELED"'],
      ["400 1002 0", '"code":-2011'],
    ],
  );
  assert.deepEqual(judge.faults, []);
});
