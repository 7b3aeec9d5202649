import { installPeers } from "./install-peers.ts";

type CcxtSide = readonly (readonly [number, number])[];

interface CcxtOrderBook {
  readonly nonce: number | undefined;
  readonly bids: CcxtSide;
  readonly asks: CcxtSide;
  reset(snapshot: unknown): void;
  limit(): CcxtOrderBook;
}

interface CcxtClient {
  onMessage(event: { readonly data: Buffer }): void;
  readonly rejections: Readonly<Record<string, unknown>>;
}

interface CcxtExchange {
  readonly orderbooks: Record<string, CcxtOrderBook>;
  setMarkets(markets: readonly Record<string, unknown>[]): void;
  client(url: string): CcxtClient;
  orderBook(snapshot: Record<string, unknown>, limit: number): CcxtOrderBook;
  parseOrderBook(orderbook: unknown, symbol: string): Record<string, unknown>;
}

const SYMBOL = "BTC/USDT";
const LIMIT = 1000;
const MARKET = {
  id: "BTCUSDT",
  symbol: SYMBOL,
  base: "BTC",
  quote: "USDT",
  baseId: "BTC",
  quoteId: "USDT",
  type: "spot",
  spot: true,
  active: true,
};
const MODULE: string = "ccxt";

/** The order book of ccxt's Binance client, given frames as its socket would: its own parser, dispatch, handler and book. */
export class CcxtBook {
  private readonly exchange: CcxtExchange;
  private readonly client: CcxtClient;
  private book: CcxtOrderBook;

  private constructor(exchange: CcxtExchange) {
    this.exchange = exchange;
    // A client connects when something is watched, and nothing is.
    this.client = exchange.client("wss://stream.binance.com:9443/stream");
    this.book = exchange.orderBook({}, LIMIT);
  }

  /** Installs ccxt where it is missing, and loads it. */
  static async load(): Promise<CcxtBook> {
    installPeers();
    const { pro } = (await import(MODULE)) as {
      readonly pro: { readonly binance: new (options: object) => CcxtExchange };
    };
    const exchange = new pro.binance({ enableRateLimit: false });
    exchange.setMarkets([MARKET]);
    return new CcxtBook(exchange);
  }

  /** Begins with a snapshot of the venue's REST interface, as ccxt does when its own request for one is answered. */
  snapshot(json: string): void {
    const raw = JSON.parse(json) as { readonly lastUpdateId: number };
    this.book = this.exchange.orderBook({}, LIMIT);
    this.book.reset({ ...this.exchange.parseOrderBook(raw, SYMBOL), nonce: raw.lastUpdateId });
    this.exchange.orderbooks[SYMBOL] = this.book;
  }

  /** One message of the socket. */
  message(data: Buffer): void {
    this.client.onMessage({ data });
  }

  /** Cuts the book to 1,000 levels of a side, as a caller of watchOrderBook gets it. */
  cut(): void {
    this.book.limit();
  }

  /** Best bid and ask, price and size. */
  top(): readonly number[] {
    return [...(this.book.bids[0] ?? []), ...(this.book.asks[0] ?? [])];
  }

  /** The last update that the book holds. */
  get updateId(): number {
    return this.book.nonce ?? 0;
  }
}
