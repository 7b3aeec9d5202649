import {
  openingBalances,
  SIMULATED_ACCOUNT,
  SIMULATED_API_KEY,
} from "../../cli/simulation/simulated-account.ts";
import type { VenueAccess } from "../../host/control/default-configuration.ts";
import type { SymbolVenue } from "../../sim/binance/index.ts";
import { startBinanceServer } from "../../sim/server/index.ts";
import type { BinanceServer } from "../../sim/server/index.ts";
import { handOrder } from "../chaos/world/hand-order.ts";
import { RECONCILES } from "../chaos/world/reconciles.ts";
import { VenueRecord } from "../chaos/judges/venue-record.ts";

const SYMBOL = "BTCUSDT";

/** A simulated Binance on loopback, in this process, with the judges' record of its market: the host that is killed is another process. */
export class CrashVenue {
  readonly record: VenueRecord;
  private readonly server: BinanceServer;
  private readonly symbol: SymbolVenue;
  private byHand = 0;

  private constructor(server: BinanceServer) {
    this.server = server;
    this.symbol = server.venue.symbol(SYMBOL);
    this.record = new VenueRecord(SIMULATED_ACCOUNT, (execution, order) =>
      this.symbol.ledger.fee(execution, order),
    );
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
    const { stream: streamUrl, rest: restUrl, wsApi } = this.server.urls;
    const key = { apiKey: SIMULATED_API_KEY, from: { file: keyFile }, label: "simulation" as const };
    return { streamUrl, restUrl, wsApiUrl: `${wsApi}?returnRateLimits=false`, key };
  }

  /** Before a start: the account's owner does by hand what the host does not do by itself. Answers what the next host need not know of: a mantissa. */
  settleByHand(): number {
    if (RECONCILES) return 0;
    const { symbol, server } = this;
    const nowNs = server.nowNs();
    server.venue.advance(nowNs);
    for (const { orderId } of this.record.openOrders()) symbol.market.cancel(orderId, nowNs, null);
    const held = this.held();
    if (held !== 0) {
      this.byHand += 1;
      symbol.market.submit(handOrder(SIMULATED_ACCOUNT, this.byHand, held), nowNs);
    }
    symbol.commandDone(nowNs);
    server.pump();
    return this.held();
  }

  held(): number {
    return this.record.fills.reduce(
      (sum, { side, quantity }) => sum + (side === 1 ? quantity : -quantity),
      0,
    );
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
      record.onAccepted(order, timeNs);
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
