import { defaultConfiguration } from "../../host/control/default-configuration.ts";
import type { VenueAccess } from "../../host/control/default-configuration.ts";
import { laneConfigurationOf } from "../../host/control/lane-configuration-of.ts";
import { Channel } from "../../host/execution/gateways/index.ts";
import { rearmOrder, TradingMode } from "../../host/execution/risk/index.ts";
import type { BuiltLane } from "../../host/lane/index.ts";
import { buildLane, EffectKind, LaneCounter, stateDigest } from "../../host/lane/index.ts";
import { SeededRandom } from "../../host/platform/index.ts";
import { BinanceFrames } from "./binance-frames.ts";
import { executionReport } from "./binance-samples.ts";
import { ScriptedJournal } from "./scripted-journal.ts";

/** One input of a session: a frame on a channel, or the timer (no channel). */
export interface Input {
  readonly timeNs: number;
  readonly channel: Channel | null;
  readonly bytes: Buffer;
}

const FRAMES = 3_000;
const STEP_NS = 20e6;

const price = (ticks: number): string => (ticks / 100).toFixed(2);

/** A walk of the market: quotes, depth, trades with a drift, a lost depth update with its snapshot, and a timer each second. */
export function marketSession(seed: number, frameCount: number = FRAMES): Input[] {
  const random = new SeededRandom(seed);
  const frames = new BinanceFrames();
  const list: Input[] = [];
  let bid = 6_000_000;
  const push = (channel: Channel | null, text = ""): void => {
    list.push({ timeNs: list.length * STEP_NS, channel, bytes: Buffer.from(text) });
  };
  push(Channel.MARKET, frames.depth([], []));
  push(Channel.REST, frames.snapshot([[price(bid - 500), "5"]], [[price(bid + 500), "5"]]));
  for (let count = 0; count < frameCount; count++) {
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

export interface Ran {
  readonly digest: string;
  readonly effects: string;
  readonly journal: string;
  readonly sent: number;
  readonly faults: readonly unknown[];
  readonly built: BuiltLane;
}

/** Called before the input of this number is given to the lane. */
export type BetweenInputs = (index: number, built: BuiltLane) => void;

/** Runs a session in a lane of its own; every order that leaves is filled with the next input. */
export function runSession(
  modules: ReadonlyMap<string, Uint8Array>,
  list: readonly Input[],
  between: BetweenInputs = () => undefined,
): Ran {
  const access: VenueAccess = {
    streamUrl: "wss://x",
    wsApiUrl: "wss://x",
    restUrl: "https://x",
    key: { apiKey: "k", from: { file: "f" }, label: "simulation" },
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
  for (const [index, { timeNs, channel, bytes }] of list.entries()) {
    lane.nowNs[0] = timeNs;
    between(index, built);
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
    built,
  };
}

/** What the venue says to the orders of the last step: filled at once, at their limit. */
function answersTo(built: BuiltLane, effects: readonly string[], tradesBefore: number): Buffer[] {
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
