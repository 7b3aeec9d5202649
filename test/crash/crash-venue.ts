import {
  openingBalances,
  SIMULATED_ACCOUNT,
  SIMULATED_API_KEY,
} from "../../cli/simulation/simulated-account.ts";
import type { VenueAccess } from "../../host/control/default-configuration.ts";
import type { SymbolVenue } from "../../sim/binance/index.ts";
import { startBinanceServer } from "../../sim/server/index.ts";
import type { BinanceServer } from "../../sim/server/index.ts";
import { VenueRecord } from "../chaos/judges/venue-record.ts";

const SYMBOL = "BTCUSDT";

/** A simulated Binance on loopback, in this process, with the judges' record of its market: the host that is killed is another process. */
export class CrashVenue {
  readonly record: VenueRecord;
  private readonly server: BinanceServer;
  private readonly symbol: SymbolVenue;

  private constructor(server: BinanceServer) {
    this.server = server;
    this.symbol = server.venue.symbol(SYMBOL);
    this.record = new VenueRecord(SIMULATED_ACCOUNT, {
      feeOf: (execution, order) => this.symbol.ledger.fee(execution, order),
    });
    this.listen();
  }

  static async start(publicKeyPem: string, seed: number): Promise<CrashVenue> {
    const key = {
      apiKey: SIMULATED_API_KEY,
      account: SIMULATED_ACCOUNT,
      kind: "ED25519",
      publicKeyPem,
    } as const;
    return new CrashVenue(await startBinanceServer({ openingBalances, keys: [key], seed, flow: {} }));
  }

  accessWith(keyFile: string): VenueAccess {
    const { stream, wsApi, rest } = this.server.urls;
    return {
      streamUrl: stream,
      wsApiUrl: `${wsApi}?returnRateLimits=false`,
      restUrl: rest,
      key: { apiKey: SIMULATED_API_KEY, from: { file: keyFile }, label: "simulation" },
    };
  }

  close(): Promise<void> {
    return this.server.close();
  }

  /** The market tells the venue, as ever, and the record after it. */
  private listen(): void {
    const { symbol, record } = this;
    const accepted = symbol.onAccepted.bind(symbol);
    const executed = symbol.onExecution.bind(symbol);
    const canceled = symbol.onCanceled.bind(symbol);
    const expired = symbol.onExpired.bind(symbol);
    symbol.onAccepted = (order, timeNs): void => {
      accepted(order, timeNs);
      record.onAccepted(order);
    };
    symbol.onExecution = (execution): void => {
      executed(execution);
      record.onExecution(execution);
    };
    symbol.onCanceled = (order, timeNs, id): void => {
      canceled(order, timeNs, id);
      record.onCanceled(order);
    };
    symbol.onExpired = (order, timeNs): void => {
      expired(order, timeNs);
      record.onExpired(order);
    };
  }
}
