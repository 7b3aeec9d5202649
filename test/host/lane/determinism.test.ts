import assert from "node:assert/strict";
import { before, test } from "node:test";
import { defaultConfiguration } from "../../../host/control/default-configuration.ts";
import { laneConfigurationOf } from "../../../host/control/lane-configuration-of.ts";
import { Channel } from "../../../host/execution/gateways/index.ts";
import { rearmOrder, TradingMode } from "../../../host/execution/risk/index.ts";
import { buildLane, EffectKind, LaneCounter, stateDigest } from "../../../host/lane/index.ts";
import { SeededRandom } from "../../../host/platform/index.ts";
import { BinanceFrames } from "../../support/binance-frames.ts";
import { executionReport } from "../../support/binance-samples.ts";
import { bundledModules } from "../../support/bundled-modules.ts";
import { ScriptedJournal } from "../../support/scripted-journal.ts";

/** One input of a session: a frame on a channel, or the timer (no channel). */
interface Input {
  readonly timeNs: number;
  readonly channel: Channel | null;
  readonly bytes: Buffer;
}

const FRAMES = 3_000;
const STEP_NS = 20e6;

let modules: ReadonlyMap<string, Uint8Array>;
let inputs: readonly Input[];
before(async () => {
  modules = await bundledModules();
  inputs = session(7);
});

const price = (ticks: number): string => (ticks / 100).toFixed(2);

/** A walk of the market: quotes, depth, trades with a drift, a lost depth update with its snapshot, and a timer each second. */
function session(seed: number): Input[] {
  const random = new SeededRandom(seed);
  const frames = new BinanceFrames();
  const list: Input[] = [];
  let bid = 6_000_000;
  const push = (channel: Channel | null, text = ""): void => {
    list.push({ timeNs: list.length * STEP_NS, channel, bytes: Buffer.from(text) });
  };
  push(Channel.MARKET, frames.depth([], []));
  push(Channel.REST, frames.snapshot([[price(bid - 500), "5"]], [[price(bid + 500), "5"]]));
  for (let count = 0; count < FRAMES; count++) {
    const drift = Math.sin(count / 200);
    bid += Math.round((random.fraction() - 0.5 + drift * 0.3) * 4);
    const size = (1 + random.fraction() * 5).toFixed(5);
    const [bids, asks] = [
      [price(bid), size] as const,
      [price(bid + 1), (6 - Number(size)).toFixed(5)] as const,
    ];
    const kind = count % 4;
    if (count === 1_500) frames.depth([], []);
    if (count === 1_510)
      push(Channel.REST, frames.snapshot([[price(bid - 500), "5"]], [[price(bid + 500), "5"]]));
    else if (kind === 0) push(Channel.MARKET, frames.depth([[price(bid - 400 + (count % 9)), "1"]], []));
    else if (kind === 1)
      push(Channel.MARKET, frames.trade(bids[0], size, random.fraction() > 0.5 + drift / 2));
    else push(Channel.MARKET, frames.ticker(bids, asks, frames.updateId + count));
    if (count % 50 === 0) push(null);
  }
  return list;
}

interface Ran {
  readonly digest: string;
  readonly effects: string;
  readonly journal: string;
  readonly sent: number;
  readonly faults: readonly unknown[];
}

/** Runs a session in a lane of its own; every order that leaves is filled with the next input. */
function run(list: readonly Input[]): Ran {
  const access = {
    streamUrl: "wss://x",
    wsApiUrl: "wss://x",
    restUrl: "https://x",
    apiKey: "k",
    privateKeyFile: "f",
  };
  const journal = new ScriptedJournal();
  const facts = { epoch: 5, startWallMs: 1_700_000_000_000 };
  const built = buildLane(laneConfigurationOf(defaultConfiguration(access, "j"), facts), modules, journal);
  const { lane } = built;
  const effects: string[] = [];
  const note = (): void => {
    for (let index = 0; index < lane.effects.count; index++) {
      const { effects: step } = lane;
      const bytes = step.egress.subarray(step.offset(index), step.offset(index) + step.length(index));
      effects.push(`${step.kind(index)} ${step.a(index)} ${step.b(index)} ${bytes.toString()}`);
    }
  };
  lane.onRearm(TradingMode.ACTIVE, rearmOrder("a tester", "a test"), Buffer.from("{}"));
  lane.onLine(Channel.MARKET, true);
  lane.onLine(Channel.ORDERS, true);
  let trade = 0;
  for (const { timeNs, channel, bytes } of list) {
    lane.nowNs[0] = timeNs;
    if (channel === null) lane.onTimer();
    else lane.onFrame(channel, 0, bytes, 0, bytes.length, false);
    note();
    for (const answer of answersTo(built, effects, trade)) {
      trade += 1;
      lane.onFrame(Channel.ORDERS, 0, answer, 0, answer.length, false);
      note();
    }
  }
  const text = journal.records
    .map(({ type, channel, bytes }) => `${type} ${channel} ${bytes.toString("hex")}`)
    .join("\n");
  return {
    digest: Buffer.from(stateDigest(built)).toString("hex"),
    effects: effects.join("\n"),
    journal: text,
    sent: lane.counters[LaneCounter.ORDERS_SENT] ?? 0,
    faults: built.slots.flatMap(({ lastFault }) => (lastFault === null ? [] : [lastFault])),
  };
}

/** What the venue says to the orders of the last step: filled at once, at their limit. */
function answersTo(
  built: ReturnType<typeof buildLane>,
  effects: readonly string[],
  tradesBefore: number,
): Buffer[] {
  const { lane } = built;
  const start = effects.length - lane.effects.count;
  return effects.slice(start).flatMap((effect, index) => {
    const [kind, , , ...rest] = effect.split(" ");
    const text = rest.join(" ");
    if (Number(kind) !== EffectKind.SEND_ORDER || !text.includes("order.place")) return [];
    const { params } = JSON.parse(text) as { params: Record<string, string> };
    const quantity = params["quantity"] ?? "0";
    const changes = {
      s: "BTCUSDT",
      c: params["newClientOrderId"],
      S: params["side"],
      o: params["type"],
      q: quantity,
      p: params["price"],
      L: params["price"],
      l: quantity,
      z: quantity,
    };
    return [
      Buffer.from(
        executionReport({
          ...changes,
          x: "TRADE",
          X: "FILLED",
          t: tradesBefore + index + 1,
          i: tradesBefore + index + 1,
          N: "USDT",
          n: "0.01",
          E: 1_700_000_000_000,
          T: 1_700_000_000_000,
        }),
      ),
    ];
  });
}

test("[J14] [P17] the same inputs give the same state, the same bytes to the venue and the same journal", () => {
  const first = run(inputs);
  const second = run(inputs);
  assert.ok(first.sent > 20, `${first.sent} orders`);
  assert.deepEqual(first.faults, []);
  assert.equal(second.digest, first.digest);
  assert.equal(second.effects, first.effects);
  assert.equal(second.journal, first.journal);
});

/** The last depth update, quote and trade, by stream, and what follows their last number that this host keeps. */
const ends = { "@depth": '"]', "@bookTicker": '","a"', "@trade": '","T"' } as const;

for (const [stream, end] of Object.entries(ends)) {
  test(`[J14] one changed digit of the last ${stream} changes the state`, () => {
    const at = inputs.findLastIndex(
      ({ channel, bytes }) => channel === Channel.MARKET && bytes.includes(stream),
    );
    const flipped = Buffer.from(inputs[at]?.bytes ?? "");
    const place = flipped.indexOf(end) - 1;
    flipped[place] = (flipped[place] ?? 0) ^ 1;
    const list = inputs.map((input, index) => (index === at ? { ...input, bytes: flipped } : input));
    assert.notEqual(run(list).digest, run(inputs).digest, flipped.toString());
  });
}

test("[T3] another time of one input changes the state", () => {
  const at = inputs.length - 40;
  const later = inputs.map((input, index) => (index === at ? { ...input, timeNs: input.timeNs + 1 } : input));
  assert.notEqual(run(later).digest, run(inputs).digest);
});
