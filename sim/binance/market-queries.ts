import { formatDecimal, formatQuote } from "./decimal.ts";
import { symbolOf } from "./operation.ts";
import type { Answer, Call, OpenOperation, OperationsContext } from "./operation.ts";
import { isRefusal, readInteger, readText } from "./parameters.ts";
import type { Parameters } from "./parameters.ts";
import { invalidParameter } from "./refusal.ts";
import type { SymbolVenue } from "./symbol-venue.ts";
import { tapeTradeText } from "./trade-text.ts";

const TRADES_DEFAULT = 500;
const TRADES_MAX = 1_000;

/** Public questions about trades and prices. */
export const MARKET_QUERIES: readonly OpenOperation[] = [
  ["trades.recent", 25, recentTrades],
  ["avgPrice", 2, averagePrice],
  ["ticker.price", oneOrAll(2, 4), (context, call) => perSymbol(context, call, priceText)],
  ["ticker.book", oneOrAll(2, 4), (context, call) => perSymbol(context, call, bookText)],
  ["ticker.24hr", oneOrAll(2, 80), (context, call) => perSymbol(context, call, dayText)],
];

function oneOrAll(one: number, all: number): (parameters: Parameters) => number {
  return (parameters) => (readText(parameters, "symbol") === null ? all : one);
}

function recentTrades(context: OperationsContext, call: Call): Answer {
  const venue = symbolOf(context, call.parameters);
  if (isRefusal(venue)) return venue;
  const limit = readInteger(call.parameters, "limit");
  if (typeof limit === "object" && limit !== null) return limit;
  if (limit === 0 || (limit ?? 1) > TRADES_MAX) return invalidParameter("limit");
  const trades = venue.tape.latest(limit ?? TRADES_DEFAULT);
  return `[${trades.map((trade) => tapeTradeText(trade, context.clock, call.micros)).join(",")}]`;
}

function averagePrice(context: OperationsContext, call: Call): Answer {
  const venue = symbolOf(context, call.parameters);
  if (isRefusal(venue)) return venue;
  const { last } = venue.tape;
  const closeTime = last === null ? 0 : context.clock.stamp(last.timeNs, call.micros);
  return `{"mins":5,"price":"${averageText(venue)}","closeTime":${closeTime}}`;
}

/** One symbol's text, or a list of all. */
function perSymbol(
  context: OperationsContext,
  call: Call,
  text: (venue: SymbolVenue, context: OperationsContext, call: Call) => string,
): Answer {
  if (readText(call.parameters, "symbol") === null)
    return `[${[...context.symbols.values()].map((venue) => text(venue, context, call)).join(",")}]`;
  const venue = symbolOf(context, call.parameters);
  return isRefusal(venue) ? venue : text(venue, context, call);
}

function priceText({ spec, tape }: SymbolVenue): string {
  return `{"symbol":"${spec.symbol}","price":"${formatDecimal(tape.last?.price ?? 0)}"}`;
}

function bestText({ market }: SymbolVenue): string {
  const [bid, ask] = [market.best(1), market.best(2)];
  return (
    `"bidPrice":"${formatDecimal(bid?.price ?? 0)}","bidQty":"${formatDecimal(bid?.quantity ?? 0)}",` +
    `"askPrice":"${formatDecimal(ask?.price ?? 0)}","askQty":"${formatDecimal(ask?.quantity ?? 0)}"`
  );
}

function bookText(venue: SymbolVenue): string {
  return `{"symbol":"${venue.spec.symbol}",${bestText(venue)}}`;
}

function averageText({ tape }: SymbolVenue): string {
  const { volume, turnover } = tape.totals;
  return formatDecimal(volume === 0n ? 0 : Number(turnover / volume));
}

function dayText(venue: SymbolVenue, { clock }: OperationsContext, { nowNs, micros }: Call): string {
  const { spec, tape } = venue;
  const { firstId, count, open, high, low, volume, turnover } = tape.totals;
  const last = tape.last?.price ?? 0;
  const change = last - open;
  const percent = open === 0 ? 0 : (100 * change) / open;
  const changeText = `${change < 0 ? "-" : ""}${formatDecimal(Math.abs(change))}`;
  return (
    `{"symbol":"${spec.symbol}","priceChange":"${changeText}","priceChangePercent":"${percent.toFixed(3)}",` +
    `"weightedAvgPrice":"${averageText(venue)}","prevClosePrice":"${formatDecimal(open)}",` +
    `"lastPrice":"${formatDecimal(last)}","lastQty":"${formatDecimal(tape.last?.quantity ?? 0)}",${bestText(venue)},` +
    `"openPrice":"${formatDecimal(open)}","highPrice":"${formatDecimal(high)}","lowPrice":"${formatDecimal(low)}",` +
    `"volume":"${formatDecimal(Number(volume))}","quoteVolume":"${formatQuote(turnover)}",` +
    `"openTime":${clock.stamp(0, micros)},"closeTime":${clock.stamp(nowNs, micros)},` +
    `"firstId":${firstId},"lastId":${tape.last?.tradeId ?? -1},"count":${count}}`
  );
}
