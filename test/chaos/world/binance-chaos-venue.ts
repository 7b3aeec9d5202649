import {
  openingBalances,
  SIMULATED_ACCOUNT,
  SIMULATED_API_KEY,
} from "../../../cli/simulation/simulated-account.ts";
import type { ClientSession, SymbolVenue } from "../../../sim/binance/index.ts";
import { BinanceVenue } from "../../../sim/binance/index.ts";
import { ListenerChain } from "../../../sim/market/index.ts";
import { binanceFaults, binanceOptions } from "../../../sim/server/index.ts";
import type { FaultSwitch } from "../../../sim/server/index.ts";
import { VenueRecord } from "../judges/venue-record.ts";
import { BinanceChaosWire } from "./binance-chaos-wire.ts";
import { BINANCE_STRIKES } from "./binance-strikes.ts";
import type { ChaosLine, ChaosVenue, ChaosVenueOptions, VenuePurse } from "./chaos-venue.ts";
import type { ChaosWire, ChaosWirePlace } from "./chaos-wire.ts";
import type { FaultKind } from "./fault-kind.ts";
import { kindsIn } from "./fault-kind.ts";
import type { StrikePlace } from "./strikes.ts";

const SYMBOL = "BTCUSDT";

/** A simulated Binance. */
export class BinanceChaosVenue implements ChaosVenue {
  readonly kind = "binance";
  readonly quoteAsset = "USDT";
  readonly venue: BinanceVenue;
  readonly record: VenueRecord;
  /** The faults that a person switches in a running simulation. */
  readonly table: FaultSwitch;
  /** World time until which a fault has it answer 429 or 418 to whatever is asked. */
  limitedUntilNs = 0;
  private readonly symbol: SymbolVenue;

  constructor(options: ChaosVenueOptions) {
    const { seed, startWallMs, publicKeyPem, latencyNs, jitterNs, commandsPerSecond } = options;
    const latency = { fixedNs: latencyNs, jitterNs };
    const made = binanceOptions(
      {
        openingBalances,
        sessionStartMs: startWallMs,
        keys: [{ apiKey: SIMULATED_API_KEY, account: SIMULATED_ACCOUNT, kind: "ED25519", publicKeyPem }],
        latencyIn: latency,
        latencyOut: latency,
        seed,
        flow: { commandsPerSecond },
      },
      null,
    );
    this.record = new VenueRecord(SIMULATED_ACCOUNT, {
      feeOf: (execution, order) => this.symbol.ledger.fee(execution, order),
    });
    const { record } = this;
    const symbols = made.symbols.map((symbol) => {
      const { source } = symbol;
      if (source.kind !== "live") throw new Error("a chaos venue has a generated market");
      const open: typeof source.open = (listener) => source.open(new ListenerChain([listener, record]));
      return { ...symbol, source: { ...source, open } };
    });
    const venue = new BinanceVenue({ ...made, symbols, keepAlive: true });
    this.venue = venue;
    this.symbol = venue.symbol(SYMBOL);
    this.table = binanceFaults({ venue, nowNs: () => venue.nowNs, pump: () => undefined });
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

  /** A line that nobody can know to be dead takes cancels and carries none of them; a venue that limits takes none. */
  takesCancels(nowNs: number): boolean {
    return (
      nowNs >= this.limitedUntilNs && this.sessions("orders").some(({ connection }) => !connection.halfOpen)
    );
  }

  get faults(): ReadonlySet<FaultKind> {
    return kindsIn(BINANCE_STRIKES);
  }

  strike(kind: FaultKind, place: StrikePlace): void {
    BINANCE_STRIKES[kind]?.(this, place);
  }

  heal(): void {
    this.table.clear();
  }

  openWire(place: ChaosWirePlace): ChaosWire {
    return new BinanceChaosWire(this.venue, place);
  }

  private sessions(line: ChaosLine): ClientSession[] {
    return this.venue.sessions.filter(
      ({ stream }) => line === "all" || (stream !== null) === (line === "market"),
    );
  }
}
