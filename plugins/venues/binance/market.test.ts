import assert from "node:assert/strict";
import { before, test } from "node:test";
import { SessionState, Side } from "../../../abi/host/index.ts";
import { BinanceCodec } from "../../../test/support/binance-codec.ts";
import { writeRecord } from "../../../test/support/record-writer.ts";

let codec: BinanceCodec;
before(async () => {
  codec = await BinanceCodec.load();
});

const depth =
  '{"e":"depthUpdate","E":1723161255208,"s":"BTCUSDT","U":50093239189,"u":50093239202,"b":[["61737.63000000","0.00000000"]],"a":[["61837.64000000","1.54698000"]]}';
const quote =
  '{"u":50093239212,"s":"BTCUSDT","b":"61837.63000000","B":"3.78826000","a":"61837.64000000","A":"1.54698000"}';
const trade =
  '{"e":"trade","E":1723161255343,"s":"BTCUSDT","t":3735683259,"p":"61837.63000000","q":"0.02000000","T":1723161255342,"m":true,"M":true}';
const snapshot =
  '{"lastUpdateId":50093239218,"bids":[["61837.63000000","3.78826000"]],"asks":[["61837.64000000","1.60520000"]]}';

function combined(stream: string, data: string): string {
  return `{"stream":"${stream}","data":${data}}`;
}

/** A quote with one field's text replaced. */
function withBid(price: string): string {
  return quote.replace("61837.63000000", price);
}

function refused(channel: "market" | "rest" | "order", frame: string | Uint8Array, code: number): void {
  assert.equal(codec.check(channel, frame).code, code, Buffer.from(frame).toString());
}

test("a depth update becomes a BookDelta with the mantissas of its instrument", () => {
  const answer = codec.check("market", combined("btcusdt@depth@100ms", depth));
  assert.deepEqual(answer.records[0], {
    name: "BookDelta",
    fields: {
      firstUpdateId: 50093239189n,
      lastUpdateId: 50093239202n,
      tsEvent: 1723161255208000000n,
      instrumentId: 7,
      snapshot: 0,
    },
    groups: { bids: [{ price: 6173763n, size: 0n }], asks: [{ price: 6183764n, size: 154698000n }] },
  });
});

test("a raw stream is read as a combined one is", () => {
  for (const [stream, data] of [
    ["btcusdt@depth", depth],
    ["btcusdt@bookTicker", quote],
    ["btcusdt@trade", trade],
  ] as const) {
    assert.deepEqual(codec.check("market", data), codec.check("market", combined(stream, data)));
  }
});

test("a book ticker becomes a Quote without a time of the venue", () => {
  const fields = codec.accept("market", combined("btcusdt@bookTicker", quote));
  assert.equal(fields["tsEvent"], 0n);
  assert.equal(fields["bidPrice"], 6183763n);
  assert.equal(fields["askSize"], 154698000n);
});

test("a trade whose buyer is the maker was made by a seller", () => {
  assert.equal(codec.accept("market", trade)["aggressorSide"], Side.SELL);
  assert.equal(codec.accept("market", trade.replace('"m":true', '"m":false'))["aggressorSide"], Side.BUY);
  assert.equal(codec.accept("market", trade)["tsEvent"], 1723161255342000000n);
});

test("a REST snapshot is that of the instrument that was asked for", () => {
  const { records } = codec.check("rest", snapshot, 1);
  assert.equal(records[0]?.fields["instrumentId"], 8);
  assert.equal(records[0].fields["snapshot"], 1);
  assert.equal(records[0].fields["firstUpdateId"], records[0].fields["lastUpdateId"]);
  assert.equal(codec.check("rest", snapshot, 99).code, -5);
});

test("empty sides of a book are books too", () => {
  const empty = depth
    .replace('[["61737.63000000","0.00000000"]]', "[]")
    .replace('[["61837.64000000","1.54698000"]]', "[]");
  assert.deepEqual(codec.check("market", empty).records[0]?.groups, { bids: [], asks: [] });
  assert.ok(codec.check("rest", '{"lastUpdateId":1,"bids":[],"asks":[]}').code > 0);
});

test("neither the order of keys nor white space nor unknown keys matter", () => {
  const shuffled =
    '\t{ "A" : "1.54698" , "a":"61837.64","B":"3.78826","b":"61837.63", "zz": [{"x":[1.5e-3,null,"\\u00e9ö"]}], "s":"BTCUSDT","u":50093239212 }\r\n';
  assert.deepEqual(codec.check("market", shuffled).records, codec.check("market", quote).records);
  const wrapped = `{"extra":{},"data":${depth.replace('"s"', '"unknown":[[]],"s"')},"stream":"x"}`;
  assert.deepEqual(codec.check("market", wrapped).records, codec.check("market", depth).records);
});

test("symbols of every length up to 24 bytes are told apart, those outside of ASCII too", () => {
  for (const [symbol, id] of [
    ["ABCDEFGHIJKLMNOPQRSTUVWX", 15],
    ["币安人生USDT", 16],
    ["NKNUSDT", 9],
  ] as const) {
    assert.equal(
      codec.accept("market", quote.replace("BTCUSDT", symbol).replaceAll('0000"', '"'))["instrumentId"],
      id,
    );
    assert.equal(codec.accept("market", combined("x", quote.replace("BTCUSDT", symbol)))["instrumentId"], id);
  }
  for (const symbol of ["", "BTCUSD", "BTCUSDTX", "btcusdt", "ABCDEFGHIJKLMNOPQRSTUVWXY", "X".repeat(300)])
    refused("market", quote.replace("BTCUSDT", symbol), -5);
});

test("decimals become mantissas exactly at any exponent", () => {
  const at = (symbol: string, price: string, size: string): readonly unknown[] => {
    const fields = codec.accept(
      "market",
      quote
        .replace("BTCUSDT", symbol)
        .replace("61837.63000000", price)
        .replace("3.78826000", size)
        .replace(/"a".*/, '"a":"1","A":"1"}'),
    );
    return [fields["bidPrice"], fields["bidSize"]];
  };
  assert.deepEqual(at("BTCUSDT", "0", "0.00000001"), [0n, 1n]);
  assert.deepEqual(at("BTCUSDT", "90071992547409.91", "90071992.54740991"), [
    9007199254740991n,
    9007199254740991n,
  ]);
  assert.deepEqual(at("BTCUSDT", "1.10000000000000000000000000000000", "1.0"), [110n, 100000000n]);
  assert.deepEqual(at("BCCXYZ", "123456789", "7.000"), [123456789n, 7n]);
  assert.deepEqual(at("FINEEUR", "123.123456789012", "0.0000000001"), [123123456789012n, 1n]);
});

test("[M3] a price that is no plain decimal is refused: NaN, exponents, leading zeros, signs, blanks", () => {
  for (const text of [
    "NaN",
    "Infinity",
    "1e308",
    "1E5",
    "",
    ".5",
    "5.",
    "+5",
    " 5",
    "5 ",
    "01",
    "00.5",
    "1_0",
    "0x10",
    "1.2.3",
    "1,5",
    "٣",
  ])
    refused("market", withBid(text), -10);
  for (const bad of ["61837.6300000x", "6183x.63000000", "61837x63000000", "061837.63000000"])
    refused("market", withBid(bad), -10);
});

test("[M3] a negative price or size is refused", () => {
  for (const text of ["-1", "-0", "-61837.63000000"]) refused("market", withBid(text), -11);
});

test("[M3] more digits than the exponent has are refused unless they are zeros", () => {
  refused("market", withBid("61837.63100000"), -12);
  refused("market", withBid("61837.63000000000000001"), -12);
  refused("market", depth.replace("1.54698000", "1.546980001"), -12);
});

test("[M3] a price of 25 digits, 1e308 written out, or 2^53 is refused, and 2^53 - 1 is not", () => {
  for (const text of ["9".repeat(25), `1${"0".repeat(308)}`, "90071992547409.92", "99999999999999.00000000"])
    refused("market", withBid(text), -13);
  refused("market", quote.replace("3.78826000", "90071992.54740992"), -13);
  refused("market", quote.replace("3.78826000", "99999999.99999999"), -13);
  refused("market", depth.replace("1.54698000", "99999999.99999999"), -13);
  refused("market", trade.replace("0.02000000", "99999999.99999999"), -13);
});

test("[M3] a price that is a number and no text is refused", () => {
  refused("market", quote.replace('"61837.63000000"', "61837.63"), -9);
  refused("market", depth.replace('"61737.63000000"', "61737.63"), -9);
});

test("[M7] stamps are milliseconds or microseconds by their size, and nothing between", () => {
  assert.equal(
    codec.accept("market", depth.replace("1723161255208", "1723161255208123"))["tsEvent"],
    1723161255208123000n,
  );
  for (const stamp of [
    "0",
    "1723161255",
    "172316125520",
    "17231612552081",
    "1723161255208123456",
    "1483228799999",
    "4102444800000",
    "9223372036854775807",
  ]) {
    refused("market", depth.replace("1723161255208", stamp), -14);
  }
  for (const stamp of ["1483228800000", "4102444799999"])
    assert.ok(codec.check("market", depth.replace("1723161255208", stamp)).code > 0);
});

test("[M7] the two stamps of a trade may mix units but not lie a day apart", () => {
  assert.ok(codec.check("market", trade.replace("1723161255342", "1723161255342000")).code > 0);
  refused("market", trade.replace("1723161255342", "1691538855342"), -14);
  refused("market", trade.replace("1723161255342", "1723247655343"), -14);
});

test("[V10] a frame that is not one JSON value is refused", () => {
  for (const frame of [
    "",
    " ",
    "{",
    "}",
    "{}}",
    "{}{}",
    '{"u":1,}',
    "[1,]",
    '{"u"}',
    '{"u":}',
    "{u:1}",
    "nul",
    "tru",
    "01",
    "1.",
    "1e",
    "-",
    '"',
    '"\\x"',
    '"\\u12g4"',
    '"\n"',
    '{"a":1 "b":2}',
    "[1 2]",
    `${quote}x`,
    `${depth}}`,
    `x${quote}`,
    "\ufeff{}",
    '{"a":+1}',
    '{"a":.5}',
    "'a'",
  ]) {
    refused("market", frame, -1);
  }
});

test("[V10] bytes that are no UTF-8 are refused wherever they stand", () => {
  for (const bytes of [
    "\xff",
    "\xc0\xaf",
    "\xc1\x80",
    "\xe0\x80\x80",
    "\xed\xa0\x80",
    "\xf0\x80\x80\x80",
    "\xf4\x90\x80\x80",
    "\xf5\x80\x80\x80",
    "\xc3",
    "\xe2\x82",
    "\x80",
    "\xc3(",
  ]) {
    refused("market", Buffer.from(`{"result":null,"id":"${bytes}"}`, "latin1"), -2);
  }
  for (const text of ["é", "€", "😀", "\u007f", "\ud7ff", "\ue000", "\u{10ffff}", "ࠀ"])
    assert.ok(codec.check("market", `{"result":null,"id":"${text}"}`).code > 0);
});

test("[V10] nesting ends at 16", () => {
  const nested = (depthOf: number): string =>
    `{"result":null,"x":${"[".repeat(depthOf)}${"]".repeat(depthOf)}}`;
  assert.ok(codec.check("market", nested(15)).code > 0);
  refused("market", nested(16), -3);
  refused("market", "[".repeat(100_000), -3);
});

test("[V10] a frame of the whole inbox, made of the smallest members or levels there are, is refused and costs no trap", () => {
  const size = codec.plugin.map.inboxCapacity - 16;
  const members = `{${'"":0,'.repeat(Math.floor((size - 10) / 5))}"x":0}`;
  refused("market", members, -4);
  const level = '["1","1"]';
  const levels = Array.from({ length: Math.floor((size - 60) / 10) }, () => level).join(",");
  assert.equal(codec.send("rest", `{"lastUpdateId":1,"bids":[${levels}],"asks":[]}`).code, -16);
  const usual = Array.from(
    { length: Math.floor((size - 60) / 28) },
    () => '["1.00000000","1.00000000"]',
  ).join(",");
  assert.equal(codec.send("rest", `{"lastUpdateId":1,"bids":[${usual}],"asks":[]}`).code, -16);
  const most = Array.from({ length: 32_760 }, () => '["1.00000000","1.00000000"]').join(",");
  assert.ok(codec.send("rest", `{"lastUpdateId":1,"bids":[${most}],"asks":[]}`).code > 0);
});

test("[V10] what an earlier frame left in the inbox never completes a frame that was cut short", () => {
  for (const [channel, frame] of [
    ["market", combined("btcusdt@depth", depth)],
    ["market", quote],
    ["market", trade],
    ["rest", snapshot],
  ] as const) {
    for (let length = 0; length < frame.length; length += 1) {
      assert.ok(codec.send(channel, frame).code > 0);
      assert.equal(codec.send(channel, frame.slice(0, length)).code, -1, frame.slice(0, length));
    }
  }
});

test("missing, doubled and escaped keys are refused", () => {
  for (const [frame, keys] of [
    [quote, "bBaAs"],
    [trade, "EstpqTm"],
    [depth, "EsUuba"],
  ] as const) {
    for (const key of keys) {
      refused("market", frame.replace(`"${key}":`, '"-":'), -6);
      refused("market", frame.replace(`"${key}":`, `"${key}":1,"${key}":`), -7);
    }
  }
  refused("market", quote.replace('"b"', '"\\u0062"'), -8);
  refused("market", quote.replace("BTCUSDT", "BTC\\u0055SDT"), -8);
  refused("market", quote.replace("61837.63", "61837\\u002e63"), -8);
  refused("market", `{"data":${quote}}`, -6);
  refused("market", '{"stream":"x"}', -6);
  refused("market", `{"stream":1,"data":${quote}}`, -9);
  refused("market", '{"stream":"x","data":[]}', -9);
});

test("values of another type are refused", () => {
  for (const value of ["null", '"1"', "true", "[]", "{}", "1.0", "1e3", "-1"])
    refused("market", quote.replace("50093239212", value), -9);
  for (const value of ["null", "1", '"true"'])
    refused("market", trade.replace('"m":true', `"m":${value}`), -9);
  for (const value of [
    "null",
    "{}",
    '["1","1"]',
    "[[]]",
    '[["1"]]',
    '[["1","1","1"]]',
    '[["1","1",[]]]',
    "[{}]",
  ]) {
    refused("market", depth.replace('[["61737.63000000","0.00000000"]]', value), -9);
  }
  refused("market", '{"e":1,"u":1}', -9);
});

test("update ids are whole numbers up to 2^63 - 1, the first not above the last", () => {
  for (const id of [
    "0",
    "1",
    "12345678",
    "123456789",
    "1234567890123456",
    "12345678901234567",
    "9223372036854775807",
  ]) {
    assert.equal(codec.accept("market", quote.replace("50093239212", id))["updateId"], BigInt(id));
  }
  refused("market", quote.replace("50093239212", "9223372036854775808"), -13);
  refused("market", quote.replace("50093239212", "99999999999999999999999999"), -13);
  refused("market", depth.replace("50093239202", "50093239188"), -17);
  refused("market", quote.replace("50093239212", "050093239212"), -1);
});

test("[V11] messages that carry nothing for the host are IGNORED, unknown shapes are refused", () => {
  assert.equal(
    codec.accept("market", '{"stream":"x","data":{"e":"kline","E":1,"s":"NOSUCH"}}')["state"],
    SessionState.IGNORED,
  );
  assert.equal(codec.accept("market", '{"e":"depthUpdat"}')["state"], SessionState.IGNORED);
  for (const frame of ["[]", "1", '"x"', "null", "{}", '{"lastUpdateId":1,"bids":[],"asks":[]}', '{"id":1}'])
    refused("market", frame, -4);
  for (const frame of ["[]", "{}", '{"bids":[],"asks":[]}', quote]) refused("rest", frame, -4);
});

test("[V11] a channel that the codec does not have is refused", () => {
  const bytes = Buffer.from(quote);
  assert.equal(
    codec.plugin.send(writeRecord("Frame", { lengthBytes: bytes.length, channelKind: 9 }, bytes)).code,
    -18,
  );
});

test("a server's shutdown and answers to control requests become SessionStatus", () => {
  const shutdown = { requestId: 0, errorCode: 0, state: SessionState.SERVER_SHUTDOWN };
  assert.deepEqual(codec.accept("market", '{"e":"serverShutdown","E":1723161255208}'), shutdown);
  assert.deepEqual(
    codec.accept("market", combined("!serverShutdown", '{"e":"serverShutdown","E":1723161255208}')),
    shutdown,
  );
  assert.deepEqual(codec.accept("market", '{"result":null,"id":12}'), {
    requestId: 12,
    errorCode: 0,
    state: SessionState.SUBSCRIBED,
  });
  assert.deepEqual(codec.accept("market", '{"result":["a@trade"],"id":3}'), {
    requestId: 3,
    errorCode: 0,
    state: SessionState.IGNORED,
  });
  const failed = { requestId: 0, errorCode: 2, state: SessionState.REQUEST_FAILED };
  assert.deepEqual(codec.accept("market", '{"code":2,"msg":"Invalid request: \\"x\\""}'), failed);
  assert.deepEqual(codec.accept("market", '{"error":{"code":2,"msg":"x"},"id":4}'), {
    ...failed,
    requestId: 4,
  });
  assert.deepEqual(codec.accept("rest", '{"code":-1121,"msg":"Invalid symbol."}'), {
    ...failed,
    errorCode: -1121,
  });
  for (const id of ['"7"', "null", "-1", "4294967296"])
    assert.equal(codec.accept("market", `{"result":null,"id":${id}}`)["requestId"], 0);
  for (const [frame, code] of [
    ['{"code":"2"}', -9],
    ['{"code":2147483648}', -13],
    ['{"error":2}', -9],
    ['{"error":{}}', -6],
    ['{"result":null,"id":{}}', -9],
    ['{"result":null,"id":1.5}', -9],
  ] as const) {
    refused("market", frame, code);
  }
});

test("an instrument may be defined again with another grid, and not with another id", async () => {
  const own = await BinanceCodec.load();
  const definition = {
    instrumentId: 7,
    symbol: "BTCUSDT",
    tickSize: 1,
    lotSize: 1,
    priceExponent: -4,
    sizeExponent: -8,
    quoteExponent: -8,
  };
  own.plugin.send(writeRecord("InstrumentDefinition", definition));
  assert.equal(own.send("market", quote).records[0]?.fields["bidPrice"], 618376300n);
  assert.equal(own.send("rest", snapshot, 1).records[0]?.fields["instrumentId"], 8);
  assert.throws(
    () => own.plugin.send(writeRecord("InstrumentDefinition", { ...definition, instrumentId: 99 })),
    /belong together/,
  );
});

test("definitions out of range trap, so that a host cannot arm with them", async () => {
  const definition = {
    instrumentId: 70,
    symbol: "NEWUSDT",
    tickSize: 1,
    lotSize: 1,
    priceExponent: -2,
    sizeExponent: -8,
    quoteExponent: -8,
  };
  for (const wrong of [{ priceExponent: 1 }, { sizeExponent: -16 }, { quoteExponent: 3 }, { symbol: "" }]) {
    const own = await BinanceCodec.load();
    assert.throws(
      () => own.plugin.send(writeRecord("InstrumentDefinition", { ...definition, ...wrong })),
      /out of range|empty symbol/,
    );
  }
  const own = await BinanceCodec.load();
  const fill = (): void => {
    for (let i = 0; i < 257; i += 1)
      own.plugin.send(
        writeRecord("InstrumentDefinition", { ...definition, instrumentId: 1000 + i, symbol: `S${i}` }),
      );
  };
  assert.throws(fill, /too many instruments/);
});
