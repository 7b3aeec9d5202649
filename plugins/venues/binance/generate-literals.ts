// Writes literals.ts: every fixed text of the protocol as comparisons and stores of whole machine words, which no compiler of this
// project derives from a string by itself. Run as `node plugins/venues/binance/generate-literals.ts`; literals.test.ts keeps the
// committed file equal to what this one makes.
import { readFileSync, writeFileSync } from "node:fs";
import { literalsModule } from "../text/literals-module.ts";

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
  replaceMode: ',"cancelReplaceMode":"STOP_ON_FAILURE',
  replaceModeAfterText: '","cancelReplaceMode":"STOP_ON_FAILURE',
  replaceUnfilled: '","cancelRestrictions":"ONLY_NEW","newClientOrderId":"',
  replaceFilled: '","newClientOrderId":"',
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

/** The text of literals.ts. */
export function madeLiterals(): string {
  return literalsModule(matched, written);
}

/** Where the generated module stands. */
export const literalsPath: URL = new URL("literals.ts", import.meta.url);

/** The committed module. */
export function committedLiterals(): string {
  return readFileSync(literalsPath, "utf8");
}

if (import.meta.main) writeFileSync(literalsPath, madeLiterals());
