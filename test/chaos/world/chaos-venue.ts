import {
  openingBalances,
  SIMULATED_ACCOUNT,
  SIMULATED_API_KEY,
} from "../../../cli/simulation/simulated-account.ts";
import type { ClientSession, SymbolVenue } from "../../../sim/binance/index.ts";
import { BinanceVenue } from "../../../sim/binance/index.ts";
import { ListenerChain } from "../../../sim/market/index.ts";
import { binanceOptions } from "../../../sim/server/index.ts";
import { VenueRecord } from "../judges/venue-record.ts";

const SYMBOL = "BTCUSDT";

export interface ChaosVenueOptions {
  readonly seed: number;
  readonly startWallMs: number;
  readonly publicKeyPem: string;
  /** One way: fixed, and drawn on top of it. */
  readonly latencyNs: number;
  readonly jitterNs: number;
  readonly commandsPerSecond: number;
}

/** A simulated Binance with the judges' record of what happens in its market. */
export class ChaosVenue {
  readonly venue: BinanceVenue;
  readonly record: VenueRecord;
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
    this.record = new VenueRecord(SIMULATED_ACCOUNT, (execution, order) =>
      this.symbol.ledger.fee(execution, order),
    );
    const { record } = this;
    const symbols = made.symbols.map((symbol) => {
      const { source } = symbol;
      if (source.kind !== "live") throw new Error("a chaos venue has a generated market");
      const open: typeof source.open = (listener) => source.open(new ListenerChain([listener, record]));
      return { ...symbol, source: { ...source, open } };
    });
    this.venue = new BinanceVenue({ ...made, symbols, keepAlive: true });
    this.symbol = this.venue.symbol(SYMBOL);
  }

  /** Its connections of one kind, or all. */
  sessions(line: "market" | "orders" | "all"): ClientSession[] {
    return this.venue.sessions.filter(
      ({ stream }) => line === "all" || (stream !== null) === (line === "market"),
    );
  }
}
