import { COINBASE_ADDRESSES, CoinbaseWire } from "../../cli/simulation/coinbase-wire.ts";
import { KeyTokens } from "../../cli/simulation/key-tokens.ts";
import type { DescribedRecord } from "../../abi/host/index.ts";
import { IntentAction, OrderType, Side, TimeInForce } from "../../abi/host/index.ts";
import { Channel, CoinbaseGateway } from "../../host/execution/gateways/index.ts";
import { SeededRandom, VirtualClock, VirtualTimers } from "../../host/platform/index.ts";
import { CoinbaseVenue } from "../../sim/coinbase/index.ts";
import { coinbaseOptions } from "../../sim/server/index.ts";
import type { CoinbaseMarketOptions } from "../../sim/server/index.ts";
import { keyName, privatePem } from "../sim/coinbase/keys.ts";
import { TEST_MARKET } from "../sim/coinbase/venue-driver.ts";
import { CoinbaseCodec } from "./coinbase-codec.ts";
import type { CoinbaseLine } from "./coinbase-reference.ts";
import type { FieldValues } from "./record-writer.ts";
import { passTime } from "./pass-time.ts";
import { writeRecord } from "./record-writer.ts";

const MS_NS = 1e6;
const lines: ReadonlyMap<number, CoinbaseLine> = new Map([
  [Channel.MARKET, "market"],
  [Channel.ORDERS, "order"],
  [Channel.ORDER_REST, "rest"],
]);

/** A codec and a gateway at a simulated Coinbase, without a lane: what is asked, and what the codec makes of the answers. */
export class CoinbaseCounter {
  readonly venue: CoinbaseVenue;
  readonly gateway: CoinbaseGateway;
  /** What the codec gave, but for market data. */
  readonly records: DescribedRecord[] = [];
  /** Answers that it refused. */
  readonly refusals: string[] = [];
  codec: CoinbaseCodec;
  private readonly clock: VirtualClock;
  private readonly timers: VirtualTimers;
  private readonly wire: CoinbaseWire;
  private requestId = 2_000;

  private constructor(codec: CoinbaseCodec, market: Partial<CoinbaseMarketOptions>) {
    this.codec = codec;
    const latency = { fixedNs: 5 * MS_NS, jitterNs: 20 * MS_NS };
    const options = { ...TEST_MARKET, latencyIn: latency, latencyOut: latency, ...market };
    this.venue = new CoinbaseVenue(coinbaseOptions(options, null));
    this.clock = new VirtualClock(this.venue.clock.ms(0));
    this.timers = new VirtualTimers(this.clock);
    this.wire = new CoinbaseWire(this.venue, this.clock);
    const { clock, timers, wire } = this;
    this.gateway = new CoinbaseGateway(
      {
        addresses: COINBASE_ADDRESSES,
        venueIndex: 0,
        instruments: ["BTC-USD", "ETH-USD"].map((symbol, instrumentIndex) => ({ instrumentIndex, symbol })),
        signer: new KeyTokens(keyName("trader"), privatePem("trader"), () => clock.wallMs()),
      },
      { wire, timers, clock, random: new SeededRandom(1) },
      {
        onFrame: (line, _instrument, bytes, length) => this.heard(line, bytes.subarray(0, length)),
        onLine: () => {},
        onSecondHalf: () => true,
        onNotice: () => {},
      },
    );
    this.gateway.start();
    this.pass(2);
  }

  static async open(market: Partial<CoinbaseMarketOptions> = {}): Promise<CoinbaseCounter> {
    return new CoinbaseCounter(await CoinbaseCodec.load(), market);
  }

  private heard(channel: number, bytes: Uint8Array): void {
    const line = lines.get(channel) ?? "market";
    const { code, records } = this.codec.send(line, bytes);
    if (code < 0) this.refusals.push(`${code}: ${Buffer.from(bytes).toString("latin1")}`);
    if (line !== "market") this.records.push(...records);
  }

  pass(seconds: number): void {
    const { venue, wire, timers, clock } = this;
    passTime({ venue, wire, timers, clock }, seconds);
  }

  /** Encodes and sends; the request id, or 0 where nothing has left. */
  send(name: "OrderCommand" | "AccountQuery", values: FieldValues): number {
    this.requestId += 2;
    const requestId = this.requestId;
    const { code, records } = this.codec.plugin.send(
      writeRecord(name, { instrumentId: 21, requestId, ...values }),
    );
    const lengthBytes = Number(records[0]?.fields["lengthBytes"] ?? 0);
    if (code < 0 || lengthBytes === 0) return 0;
    const start = this.codec.plugin.map.outboxOffset + 16;
    return this.gateway.sendOrder(this.codec.plugin.bytes, start, lengthBytes) ? requestId : 0;
  }

  /** Sends a new order, of epoch 1, to buy 0.01 BTC far below the market unless told otherwise. */
  place(sequence: number, changes: FieldValues = {}): number {
    return this.send("OrderCommand", { ...this.order(sequence), ...changes });
  }

  order(sequence: number): FieldValues {
    return {
      ...{ action: IntentAction.SUBMIT, clientOrderEpoch: 1, clientOrderSequence: sequence },
      ...{ side: Side.BUY, orderType: OrderType.LIMIT, timeInForce: TimeInForce.GTC },
      ...{ price: 1_000_000, quantity: 1_000_000 },
    };
  }

  /** Everything that came about a request, in order, and what came when nothing was asked left out. */
  answersTo(requestId: number): DescribedRecord[] {
    return this.records.filter(({ fields }) => fields["requestId"] === requestId);
  }

  /** Sends, lets time pass, and gives what came about the request. */
  ask(name: "OrderCommand" | "AccountQuery", values: FieldValues, seconds = 2): DescribedRecord[] {
    const requestId = this.send(name, values);
    this.pass(seconds);
    return this.answersTo(requestId);
  }
}
