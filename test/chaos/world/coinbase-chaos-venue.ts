import {
  coinbaseBalances,
  SIMULATED_ACCOUNT,
  SIMULATED_KEY_NAME,
} from "../../../cli/simulation/simulated-account.ts";
import type { ClientSession, LiveSource } from "../../../sim/coinbase/index.ts";
import { BTC_USD, CoinbaseVenue } from "../../../sim/coinbase/index.ts";
import type { Fee, OrderState, Party, Terms } from "../../../sim/market/index.ts";
import { FlowGenerator, ListenerChain, MatchingEngine } from "../../../sim/market/index.ts";
import { coinbaseFaults, FaultError } from "../../../sim/server/index.ts";
import type { FaultSwitch } from "../../../sim/server/index.ts";
import type { FillTerms } from "../judges/venue-record.ts";
import { VenueRecord } from "../judges/venue-record.ts";
import type { ChaosLine, ChaosVenue, ChaosVenueOptions, VenuePurse } from "./chaos-venue.ts";
import type { ChaosWire, ChaosWirePlace } from "./chaos-wire.ts";
import { CoinbaseChaosWire } from "./coinbase-chaos-wire.ts";
import { COINBASE_STRIKES } from "./coinbase-strikes.ts";
import type { FaultKind } from "./fault-kind.ts";
import { kindsIn } from "./fault-kind.ts";
import type { StrikePlace } from "./strikes.ts";

const NS_PER_MS = 1_000_000n;
/** From exponent -16 to -8. */
const FINE_SCALE = 100_000_000n;
const OPENING_PRICE = 6_500_000_000_000;
/** A book of some 1,500 levels is an image of 170 KB: the host takes it in parts. */
const ORDERS_PER_SIDE = 1_200;

/** Of an earlier start a host remembers the last 64 fills of an instrument: what is changed is among them for long enough. */
const CHANGEABLE_TRADES = 32;

/** A simulated Coinbase with one product. */
export class CoinbaseChaosVenue implements ChaosVenue {
  readonly kind = "coinbase";
  readonly quoteAsset = "USD";
  readonly venue: CoinbaseVenue;
  readonly record: VenueRecord;
  /** The faults that a person switches in a running simulation. */
  readonly table: FaultSwitch;

  constructor(options: ChaosVenueOptions) {
    const { startWallMs, publicKeyPem, latencyNs, jitterNs, seed } = options;
    const latency = { fixedNs: latencyNs, jitterNs };
    this.record = new VenueRecord(SIMULATED_ACCOUNT, {
      feeOf: (execution, order) =>
        this.feeOf(execution, {
          account: order.account,
          side: order.side,
          isMaker: order === execution.maker,
        }),
      nameOf: (state) => this.nameOf(state),
    });
    const venue = new CoinbaseVenue({
      startEpochNs: BigInt(startWallMs) * NS_PER_MS,
      products: [{ spec: BTC_USD, source: this.source(options) }],
      keys: [{ name: SIMULATED_KEY_NAME, account: SIMULATED_ACCOUNT, publicKeyPem }],
      openingBalances: coinbaseBalances.filter(({ asset }) => asset !== "ETH"),
      ...{ latencyIn: latency, latencyOut: latency, seed },
    });
    venue.changeableTradesMax = CHANGEABLE_TRADES;
    this.venue = venue;
    this.table = coinbaseFaults({ venue, nowNs: () => venue.nowNs, pump: () => undefined });
  }

  get nextNs(): number {
    return this.venue.nextNs;
  }

  advance(untilNs: number): void {
    this.venue.advance(untilNs);
  }

  purse(asset: string): VenuePurse {
    return this.venue.balance(SIMULATED_ACCOUNT, asset);
  }

  cutOf(line: ChaosLine): (nowNs: number) => void {
    const sessions = this.sessions(line);
    return (nowNs) => {
      for (const session of sessions) this.venue.cut(session, nowNs);
    };
  }

  /** Cancels go over REST, whatever becomes of the user channel. */
  takesCancels(): boolean {
    const { faults } = this.venue;
    const isRefused = faults.refuseRequests > 0 || faults.partialCancel || faults.cancelDelayNs > 0;
    const isHidden = faults.queryLagNs > 0 || faults.loseAnswers > 0 || faults.failAfterActing > 0;
    return !isRefused && !isHidden;
  }

  /** Undoes or corrects a trade, where there is one that can be, and has the judges' record know. */
  changeTrade(fault: "bust" | "correct", args: readonly string[]): void {
    const { tradeChanges } = this.venue;
    const known = tradeChanges.length;
    try {
      this.table.set(fault, args);
    } catch (error) {
      if (!(error instanceof FaultError)) throw error;
    }
    for (const { sides, before, after } of tradeChanges.slice(known))
      for (const { record, fill } of sides) {
        const { entryId = "" } = record.amendments.at(-1) ?? {};
        const termsOf = (terms: Terms | null): FillTerms | null =>
          terms === null ? null : { ...terms, ...this.feeOf(terms, { ...record, isMaker: fill.isMaker }) };
        this.record.change(entryId, record.side, termsOf(before), termsOf(after));
      }
  }

  get faults(): ReadonlySet<FaultKind> {
    return kindsIn(COINBASE_STRIKES);
  }

  strike(kind: FaultKind, place: StrikePlace): void {
    COINBASE_STRIKES[kind]?.(this, place);
  }

  heal(): void {
    this.table.clear();
  }

  openWire(place: ChaosWirePlace): ChaosWire {
    return new CoinbaseChaosWire(this.venue, this.record, place);
  }

  /** The venue takes 16 digits, and the account is shown what it paid: a started hundred-millionth counts whole. */
  private feeOf(terms: Terms, party: Party): Pick<Fee, "asset" | "amount"> {
    const { charged } = this.venue.product(BTC_USD.productId).ledger.feeOf(terms, party);
    return { asset: BTC_USD.quoteCurrency, amount: (charged + FINE_SCALE - 1n) / FINE_SCALE };
  }

  /** In the market an order has the venue's own id, and a number for each edit. */
  private nameOf({ clientOrderId }: OrderState): string {
    const [orderId = ""] = clientOrderId.split("/");
    const record = this.venue.orders.find(SIMULATED_ACCOUNT, orderId);
    if (record === null) throw new Error(`the venue has no order ${orderId}, and its market has`);
    return record.clientOrderId;
  }

  private source({ seed, commandsPerSecond }: ChaosVenueOptions): LiveSource {
    const flow = { seed, commandsPerSecond, openingPrice: OPENING_PRICE, ordersPerSide: ORDERS_PER_SIDE };
    return {
      kind: "live",
      open: (listener) => {
        const chain = new ListenerChain([listener, this.record]);
        const market = new MatchingEngine({ listener: chain, selfTradePrevention: "EXPIRE_MAKER" });
        return { market, flow: new FlowGenerator({ ...flow, stepSize: 1_000, market }) };
      },
    };
  }

  private sessions(line: ChaosLine): ClientSession[] {
    return this.venue.sessions.filter(
      ({ connection }) => line === "all" || (connection.endpoint === "marketData") === (line === "market"),
    );
  }
}
