// Writes literals.ts: every fixed text of the protocol as comparisons and stores of whole machine words, which no compiler of this
// project derives from a string by itself. Run as `node plugins/venues/binance/generate-literals.ts`; literals.test.ts keeps the
// committed file equal to what this one makes.
import { readFileSync, writeFileSync } from "node:fs";

/** Texts to recognise. A closing quotation mark ends a value, so that no length has to be compared. */
const matched: Readonly<Record<string, string>> = {
  streamHead: '{"stream":"',
  dataHead: '","data":{',
  depthHead: '{"e":"depthUpdate","E":',
  tradeHead: '{"e":"trade","E":',
  quoteHead: '{"u":',
  snapshotHead: '{"lastUpdateId":',
  snapshotBids: ',"bids":[',
  snapshotAsks: ',"asks":[',
  symbolKey: ',"s":"',
  firstIdKey: '","U":',
  lastIdKey: ',"u":',
  bidsKey: ',"b":[',
  asksKey: ',"a":[',
  bidPriceKey: '","b":"',
  bidSizeKey: '","B":"',
  askPriceKey: '","a":"',
  askSizeKey: '","A":"',
  tradeIdKey: '","t":',
  tradePriceKey: ',"p":"',
  tradeSizeKey: '","q":"',
  tradeTimeKey: '","T":',
  makerKey: ',"m":',
  ignoreKey: ',"M":',
  sizeBreak: '","',
  levelBreak: '"],["',
  levelOpen: '["',
  trueWord: "true",
  falseWord: "false",
  nullWord: "null",
  // Values.
  depthUpdate: 'depthUpdate"',
  trade: 'trade"',
  serverShutdown: 'serverShutdown"',
  executionReport: 'executionReport"',
  outboundAccountPosition: 'outboundAccountPosition"',
  eventStreamTerminated: 'eventStreamTerminated"',
  buy: 'BUY"',
  sell: 'SELL"',
  limit: 'LIMIT"',
  market: 'MARKET"',
  limitMaker: 'LIMIT_MAKER"',
  stopLoss: 'STOP_LOSS"',
  stopLossLimit: 'STOP_LOSS_LIMIT"',
  takeProfit: 'TAKE_PROFIT"',
  takeProfitLimit: 'TAKE_PROFIT_LIMIT"',
  gtc: 'GTC"',
  ioc: 'IOC"',
  fok: 'FOK"',
  new: 'NEW"',
  canceled: 'CANCELED"',
  replaced: 'REPLACED"',
  rejected: 'REJECTED"',
  tradeType: 'TRADE"',
  expired: 'EXPIRED"',
  tradePrevention: 'TRADE_PREVENTION"',
  partiallyFilled: 'PARTIALLY_FILLED"',
  filled: 'FILLED"',
  expiredInMatch: 'EXPIRED_IN_MATCH"',
  pendingNew: 'PENDING_NEW"',
  pendingCancel: 'PENDING_CANCEL"',
  none: 'NONE"',
  success: 'SUCCESS"',
  failure: 'FAILURE"',
  notAttempted: 'NOT_ATTEMPTED"',
  unknownOrder: 'Unknown order sent."',
};

/** Texts to write. */
const written: Readonly<Record<string, string>> = {
  idHead: '{"id":',
  placeHead: ',"method":"order.place","params":{"newClientOrderId":"',
  cancelHead: ',"method":"order.cancel","params":{"',
  ackPrice: '","newOrderRespType":"ACK","price":"',
  ackQuantity: '","newOrderRespType":"ACK","quantity":"',
  quantityKey: '","quantity":"',
  buyKey: '","side":"BUY","symbol":"',
  sellKey: '","side":"SELL","symbol":"',
  gtcKey: '","timeInForce":"GTC","timestamp":',
  iocKey: '","timeInForce":"IOC","timestamp":',
  fokKey: '","timeInForce":"FOK","timestamp":',
  timestampKey: '","timestamp":',
  limitTail: ',"type":"LIMIT"}}',
  limitMakerTail: ',"type":"LIMIT_MAKER"}}',
  marketTail: ',"type":"MARKET"}}',
  orderIdKey: 'orderId":',
  symbolKey: ',"symbol":"',
  origClientOrderIdKey: 'origClientOrderId":"',
  symbolAfterTextKey: '","symbol":"',
  cancelTail: "}}",
  replaceIdHead: '{"id":"r',
  replaceHead: '","method":"order.cancelReplace","params":{"',
  cancelOrderIdKey: 'cancelOrderId":',
  cancelOrigClientOrderIdKey: 'cancelOrigClientOrderId":"',
  replaceMode: ',"cancelReplaceMode":"STOP_ON_FAILURE","newClientOrderId":"',
  replaceModeAfterText: '","cancelReplaceMode":"STOP_ON_FAILURE","newClientOrderId":"',
  statusHead: ',"method":"order.status","params":{"',
  openOrdersHead: ',"method":"openOrders.status","params":{"symbol":"',
  myTradesHead: ',"method":"myTrades","params":{"',
  fromIdKey: 'fromId":',
  allOrdersHead: ',"method":"allOrders","params":{"',
  limitKey: 'limit":1000,"',
  limitAfterKey: ',"limit":1000,"',
  plainSymbolKey: 'symbol":"',
  commaOrderIdKey: ',"orderId":',
  accountHead: ',"method":"account.status","params":{"timestamp":',
};

function word(text: string, at: number, bytes: number): string {
  let value = 0n;
  for (let i = Math.min(bytes, text.length - at) - 1; i >= 0; i -= 1)
    value = (value << 8n) | BigInt(text.charCodeAt(at + i));
  return `0x${value.toString(16)}`;
}

function loadOf(bits: number, at: number): string {
  return at === 0 ? `load<u${bits}>(p)` : `load<u${bits}>(p, ${at})`;
}

/** Whole words from the front; what is left overlaps the word before it, or is masked when there is none. */
function comparisons(text: string): string[] {
  const parts: string[] = [];
  let at = 0;
  for (; at + 8 <= text.length; at += 8) parts.push(`${loadOf(64, at)} == ${word(text, at, 8)}`);
  const rest = text.length - at;
  if (rest === 0) return parts;
  if (rest === 1) return [...parts, `${loadOf(8, at)} == ${word(text, at, 1)}`];
  if (rest === 2) return [...parts, `${loadOf(16, at)} == ${word(text, at, 2)}`];
  if (rest === 4) return [...parts, `${loadOf(32, at)} == ${word(text, at, 4)}`];
  if (at > 0) return [...parts, `${loadOf(64, text.length - 8)} == ${word(text, text.length - 8, 8)}`];
  return [`(${loadOf(64, 0)} & ${word("\u00ff".repeat(rest), 0, 8)}) == ${word(text, 0, 8)}`];
}

function matcher(name: string, text: string): string {
  return `  /** \`${text}\` */\n  @inline static ${name}(p: usize): bool {\n${returned(comparisons(text))}\n  }`;
}

const LINE_MAX = 110;

/** A return statement broken where the formatter would break it, so that what it leaves and what is generated stay equal. */
function returned(terms: readonly string[]): string {
  const line = `    return ${terms.join(" && ")};`;
  if (line.length <= LINE_MAX) return line;
  const inner = `      ${terms.join(" && ")}`;
  return `    return (\n${inner.length <= LINE_MAX ? inner : `      ${terms.join(" &&\n      ")}`}\n    );`;
}

function writer(name: string, text: string): string {
  const stores: string[] = [];
  for (let at = 0; at < text.length; at += 8)
    stores.push(`    store<u64>(p, ${word(text, at, 8)}${at === 0 ? "" : `, ${at}`});`);
  return `  /** \`${text}\` */\n  @inline static ${name}(p: usize): usize {\n${stores.join("\n")}\n    return p + ${text.length};\n  }`;
}

/** The text of literals.ts. */
export function literalsModule(): string {
  return `// Generated by generate-literals.ts. Do not edit: change the lists there and run it.

/** Whether a text stands at \`p\`. Reads up to 7 bytes beyond it, which the caller's last check of its position makes harmless. */
export class Match {
${Object.entries(matched)
  .map(([name, text]) => matcher(name, text))
  .join("\n\n")}
}

/** Writes a text at \`p\` and returns the place after it. Up to 7 bytes beyond it become zero: write from left to right. */
export class Put {
${Object.entries(written)
  .map(([name, text]) => writer(name, text))
  .join("\n\n")}
}
`;
}

/** Where the generated module stands. */
export const literalsPath: URL = new URL("literals.ts", import.meta.url);

/** The committed module. */
export function committedLiterals(): string {
  return readFileSync(literalsPath, "utf8");
}

if (import.meta.main) writeFileSync(literalsPath, literalsModule());
