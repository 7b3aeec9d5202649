/** The parts of a venue's answers that never change; see "order.place", "order.cancel" and "executionReport" in the venue's API. */
const TEXTS = {
  ID: '{"id":',
  PLACED: ',"status":200,"result":{"symbol":"BTCUSDT","orderId":',
  CLIENT_ORDER_ID: ',"orderListId":-1,"clientOrderId":"s',
  DASH: "-",
  TRANSACT_TIME: '","transactTime":',
  END_RESULT: "}}",
  CANCELED: ',"status":200,"result":{"symbol":"BTCUSDT","origClientOrderId":"s',
  ORDER_ID: '","orderId":',
  CANCEL_ID: ',"orderListId":-1,"clientOrderId":"cancel","transactTime":',
  CANCEL_STATUS: ',"status":"CANCELED","selfTradePreventionMode":"NONE"}}',
  UNKNOWN_ORDER: ',"status":400,"error":{"code":-2011,"msg":"Unknown order sent."}}',
  REPORT: '{"subscriptionId":0,"event":{"e":"executionReport","E":',
  SYMBOL_OWN: ',"s":"BTCUSDT","c":"s',
  SYMBOL_CANCEL: ',"s":"BTCUSDT","c":"cancel',
  BUY: '","S":"BUY","o":"',
  SELL: '","S":"SELL","o":"',
  MAKER: 'LIMIT_MAKER","f":"GTC","q":"',
  IMMEDIATE: 'LIMIT","f":"IOC","q":"',
  PRICE: '","p":"',
  ORIGINAL_NONE: '","P":"0.00000000","F":"0.00000000","g":-1,"C":"',
  ORIGINAL_OWN: '","P":"0.00000000","F":"0.00000000","g":-1,"C":"s',
  NEW: '","x":"NEW","X":"NEW","r":"NONE","i":',
  TRADE: '","x":"TRADE","X":"FILLED","r":"NONE","i":',
  CANCEL: '","x":"CANCELED","X":"CANCELED","r":"NONE","i":',
  EXPIRED: '","x":"EXPIRED","X":"EXPIRED","r":"NONE","i":',
  LAST_QUANTITY: ',"l":"',
  FILLED_QUANTITY: '","z":"',
  NO_TRADE: ',"l":"0.00000000","z":"0.00000000","L":"0.00000000","n":"0","N":null,"T":',
  LAST_PRICE: '","L":"',
  FEE: '","n":"0.00001000","N":"BNB","T":',
  NO_TRADE_ID: ',"t":-1,"I":1,"w":true,"m":false,"M":false,"O":',
  TRADE_ID: ',"t":',
  AS_MAKER: ',"I":1,"w":false,"m":true,"M":true,"O":',
  AS_TAKER: ',"I":1,"w":false,"m":false,"M":true,"O":',
  QUOTE_NONE: ',"Z":"0.00000000","Y":"0.00000000","Q":"0.00000000","W":',
  QUOTE: ',"Z":"',
  LAST_QUOTE: '","Y":"',
  QUOTE_END: '","Q":"0.00000000","W":',
  END_REPORT: ',"V":"NONE"}}',
} as const;

type AnswerTextName = keyof typeof TEXTS;

/** The same as bytes. */
export const AnswerText: Readonly<Record<AnswerTextName, Uint8Array>> = Object.fromEntries(
  Object.entries(TEXTS).map(([name, text]) => [name, Buffer.from(text, "latin1")]),
) as Record<string, Uint8Array> as Record<AnswerTextName, Uint8Array>;
