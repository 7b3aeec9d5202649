const TICKS_PER_UNIT = 100;
const START_TICK = 6_183_763;
const LEVELS = 50;
const SIZE = "1.00000000";
const START_MS = 1_700_000_000_000;

/** A frame, and the best prices that the host knows when it has taken it: an order at another price was not made from it. */
export interface StubFrame {
  readonly text: string;
  readonly bid: string;
  readonly ask: string;
}

/** Prices that no side takes again within as many quotes: an order tells by its price which quote it was made from. */
const BIDS = 41;
const ASKS = 43;
const UPDATE_EVERY = 20;
const TRADE_AT = 10;

/**
 * A market of one instrument whose every quote differs from the one before, so that every quote moves the features and asks for a decision. The book
 * beneath it is kept alive by small updates and never crosses: it reaches from 1 to 50 ticks away from where the price began.
 */
export class StubMarket {
  private updateId = 1000;
  private bookId = 1000;
  private count = 0;
  private tradeId = 1;
  private bid = "";
  private ask = "";

  snapshot(): string {
    const side = (sign: number): string =>
      Array.from({ length: LEVELS }, (_, index) => levelText(START_TICK + sign * (index + 1))).join(",");
    return `{"lastUpdateId":${this.bookId},"bids":[${side(-1)}],"asks":[${side(1)}]}`;
  }

  /** Quotes for the most part; of twenty frames one is an update of the book and one a trade, so that neither grows stale. */
  frame(): StubFrame {
    this.count += 1;
    const place = this.count % UPDATE_EVERY;
    const text = place === 0 ? this.depth() : place === TRADE_AT ? this.trade() : this.quote();
    return { text, bid: this.bid, ask: this.ask };
  }

  /** Touches a level far from the best, which is then what the newest update says: the book's own. */
  depth(): string {
    this.bid = priceText(START_TICK - 1);
    this.ask = priceText(START_TICK + 1);
    const first = this.bookId + 1;
    this.updateId += 1;
    this.bookId = this.updateId;
    const sizeText = hundredths(1 + (this.bookId % 500));
    return `{"stream":"btcusdt@depth@100ms","data":{"e":"depthUpdate","E":${START_MS + this.count},"s":"BTCUSDT","U":${first},"u":${this.bookId},"b":[["${priceText(START_TICK - LEVELS)}","${sizeText}"]],"a":[]}}`;
  }

  /** Its sizes change, its prices walk within the book. */
  private quote(): string {
    this.updateId += 1;
    this.bid = priceText(START_TICK - 1 - ((this.count * 7) % BIDS));
    this.ask = priceText(START_TICK + 1 + ((this.count * 11) % ASKS));
    const bidSize = hundredths(1 + ((this.count * 7919) % 3000));
    const askSize = hundredths(1 + ((this.count * 104_729) % 3000));
    return `{"stream":"btcusdt@bookTicker","data":{"u":${this.updateId},"s":"BTCUSDT","b":"${this.bid}","B":"${bidSize}","a":"${this.ask}","A":"${askSize}"}}`;
  }

  private trade(): string {
    this.tradeId += 1;
    const timeMs = START_MS + this.count;
    return `{"stream":"btcusdt@trade","data":{"e":"trade","E":${timeMs},"s":"BTCUSDT","t":${this.tradeId},"p":"${this.bid}","q":"0.01000000","T":${timeMs},"m":${this.tradeId % 2 === 0},"M":true}}`;
  }
}

function priceText(tick: number): string {
  return `${Math.floor(tick / TICKS_PER_UNIT)}.${String(tick % TICKS_PER_UNIT).padStart(2, "0")}000000`;
}

function hundredths(count: number): string {
  return `${Math.floor(count / 100)}.${String(count % 100).padStart(2, "0")}000000`;
}

function levelText(tick: number): string {
  return `["${priceText(tick)}","${SIZE}"]`;
}
