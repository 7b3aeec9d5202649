/** An event of user data in the wrapper of the WebSocket API. */
export function userEvent(event: Readonly<Record<string, unknown>>): string {
  return JSON.stringify({ subscriptionId: 0, event });
}

/** The report of a new order as the venue's documentation has it, with some fields of ours or a test's. */
export function executionReport(changes: Readonly<Record<string, unknown>> = {}): string {
  return userEvent({
    e: "executionReport",
    E: 1499405658658,
    s: "ETHBTC",
    c: "s1-a",
    S: "BUY",
    o: "LIMIT",
    f: "GTC",
    q: "1.00000000",
    p: "0.10264410",
    P: "0.00000000",
    F: "0.00000000",
    g: -1,
    C: "",
    x: "NEW",
    X: "NEW",
    r: "NONE",
    i: 4293153,
    l: "0.00000000",
    z: "0.00000000",
    L: "0.00000000",
    n: "0",
    N: null,
    T: 1499405658657,
    t: -1,
    I: 8641984,
    w: true,
    m: false,
    M: false,
    O: 1499405658657,
    Z: "0.00000000",
    Y: "0.00000000",
    Q: "0.00000000",
    W: 1499405658657,
    V: "NONE",
    ...changes,
  });
}

/** An order as `order.status` answers, with a test's changes. */
export function orderAnswer(changes: Readonly<Record<string, unknown>> = {}): string {
  return JSON.stringify({
    symbol: "BTCUSDT",
    orderId: 12569099453,
    orderListId: -1,
    clientOrderId: "s1-a",
    price: "61837.63000000",
    origQty: "0.00847000",
    executedQty: "0.00400000",
    cummulativeQuoteQty: "247.35052000",
    status: "PARTIALLY_FILLED",
    timeInForce: "GTC",
    type: "LIMIT",
    side: "BUY",
    stopPrice: "0.00000000",
    icebergQty: "0.00000000",
    time: 1723161255300,
    updateTime: 1723161255343,
    isWorking: true,
    workingTime: 1723161255300,
    origQuoteOrderQty: "0.00000000",
    selfTradePreventionMode: "NONE",
    ...changes,
  });
}

/** A trade as `myTrades` answers, with a test's changes. */
export function tradeAnswer(changes: Readonly<Record<string, unknown>> = {}): string {
  return JSON.stringify({
    symbol: "BTCUSDT",
    id: 1650422481,
    orderId: 12569099453,
    orderListId: -1,
    price: "61837.63000000",
    qty: "0.00400000",
    quoteQty: "247.35052000",
    commission: "0.00000400",
    commissionAsset: "BNB",
    time: 1723161255343,
    isBuyer: true,
    isMaker: false,
    isBestMatch: true,
    ...changes,
  });
}

/** The answer to `account.status`. */
export const accountAnswer =
  '{"makerCommission":15,"commissionRates":{"maker":"0.00150000"},"canTrade":true,"updateTime":1660801833000,"accountType":"SPOT","balances":[{"asset":"BNB","free":"0.5","locked":"0.00000000"},{"asset":"NOSUCH","free":"1","locked":"0"},{"asset":"BTC","free":"1.3447112","locked":"0.08600000"}],"permissions":["SPOT"],"uid":354937868}';

/** Raw market frames in the venue's own form. */
export const rawDepth =
  '{"e":"depthUpdate","E":1723161255208,"s":"BTCUSDT","U":50093239189,"u":50093239202,"b":[["61737.63000000","0.00000000"]],"a":[["61837.64000000","1.54698000"]]}';
export const rawQuote =
  '{"u":50093239212,"s":"BTCUSDT","b":"61837.63000000","B":"3.78826000","a":"61837.64000000","A":"1.54698000"}';
export const rawTrade =
  '{"e":"trade","E":1723161255343,"s":"BTCUSDT","t":3735683259,"p":"61837.63000000","q":"0.02000000","T":1723161255342,"m":true,"M":true}';
export const rawSnapshot =
  '{"lastUpdateId":50093239218,"bids":[["61837.63000000","3.78826000"]],"asks":[["61837.64000000","1.60520000"]]}';

/** A message as a combined stream wraps it. */
export function combined(stream: string, data: string): string {
  return `{"stream":"${stream}","data":${data}}`;
}

/** One frame of each kind, by channel: what mutations start from. */
export const sampleFrames: readonly (readonly ["market" | "rest" | "order" | "orderRest", string])[] = [
  [
    "market",
    '{"stream":"btcusdt@depth@100ms","data":{"e":"depthUpdate","E":1723161255208,"s":"BTCUSDT","U":50093239189,"u":50093239202,"b":[["61737.63000000","0.00000000"],["61730.17000000","12.50000000"]],"a":[["61837.64000000","1.54698000"]]}}',
  ],
  [
    "market",
    '{"u":50093239212,"s":"BTCUSDT","b":"61837.63000000","B":"3.78826000","a":"61837.64000000","A":"1.54698000"}',
  ],
  [
    "market",
    '{"stream":"ethbtc@bookTicker","data":{"u":7,"s":"ETHBTC","b":"0.05","B":"3","a":"0.06000000","A":"1.54698000"}}',
  ],
  [
    "market",
    '{"stream":"btcusdt@trade","data":{"e":"trade","E":1723161255343,"s":"BTCUSDT","t":3735683259,"p":"61837.63000000","q":"0.02000000","T":1723161255342,"m":true,"M":true}}',
  ],
  [
    "market",
    '{ "s":"BTCUSDT", "e":"trade","T":1723161255342000, "p":"1","q":"2.5", "m":false,"t":1,"E":1723161255343,"x":{"é":[1.5e-3,null,"\\u00e9\\n"]} }',
  ],
  ["market", '{"result":null,"id":12}'],
  ["market", '{"error":{"code":2,"msg":"Invalid request"},"id":12}'],
  ["market", '{"stream":"!serverShutdown","data":{"e":"serverShutdown","E":1723161255343}}'],
  [
    "rest",
    '{"lastUpdateId":50093239218,"bids":[["61837.63000000","3.78826000"],["61837.62000000","0.61700000"]],"asks":[["61837.64000000","1.60520000"]]}',
  ],
  ["rest", '{"code":-1121,"msg":"Invalid symbol."}'],
  [
    "order",
    '{"id":7,"status":200,"result":{"symbol":"BTCUSDT","orderId":12569099453,"orderListId":-1,"clientOrderId":"s1-a","transactTime":1660801715639},"rateLimits":[{"limit":50}]}',
  ],
  [
    "order",
    '{"id":9,"status":418,"error":{"code":-1003,"msg":"x","data":{"serverTime":1659146400000,"retryAfter":1659146427000}}}',
  ],
  ["order", executionReport()],
  [
    "order",
    executionReport({
      x: "TRADE",
      X: "FILLED",
      t: 77,
      l: "0.25",
      z: "0.25",
      L: "0.1",
      Z: "0.025",
      n: "0.001",
      N: "BNB",
      m: true,
    }),
  ],
  ["order", executionReport({ x: "CANCELED", X: "CANCELED", c: "web", C: "s1-zz" })],
  [
    "order",
    userEvent({
      e: "outboundAccountPosition",
      E: 1564034571105,
      u: 1564034571073,
      B: [
        { a: "ETH", f: "10000.0", l: "0.1" },
        { a: "NO", f: "1", l: "0" },
      ],
    }),
  ],
  ["order", `{"id":11,"status":200,"result":${orderAnswer()}}`],
  ["order", `{"id":12,"status":200,"result":[${orderAnswer({ symbol: "NOSUCH" })},${orderAnswer()}]}`],
  ["order", `{"id":13,"status":200,"result":[${tradeAnswer()}]}`],
  ["order", `{"id":14,"status":200,"result":${accountAnswer}}`],
  [
    "order",
    '{"id":"r15","status":409,"error":{"code":-2021,"msg":"Order cancel-replace partially failed.","data":{"cancelResult":"SUCCESS","newOrderResult":"FAILURE","cancelResponse":{"origClientOrderId":"s1-a","orderId":12,"transactTime":1684804350068},"newOrderResponse":{"code":-1015,"msg":"Too many new orders"}}}}',
  ],
  ["orderRest", `200 17 0\n${orderAnswer()}`],
  [
    "orderRest",
    `200 r18 0\n{"cancelResult":"SUCCESS","newOrderResult":"SUCCESS","cancelResponse":{"orderId":1},"newOrderResponse":{"orderId":2}}`,
  ],
];
