import assert from "node:assert/strict";
import { before, test } from "node:test";
import { SessionState, Side } from "../../../abi/host/index.ts";
import { BinanceCodec } from "../../../test/support/binance-codec.ts";
import {
  combined,
  rawDepth,
  rawQuote,
  rawSnapshot,
  rawTrade,
} from "../../../test/support/binance-samples.ts";
import { writeRecord } from "../../../test/support/record-writer.ts";

let codec: BinanceCodec;
before(async () => {
  codec = await BinanceCodec.load();
});

function refused(channel: "market" | "rest" | "order", frame: string | Uint8Array, code: number): void {
  assert.equal(codec.check(channel, frame).code, code, Buffer.from(frame).toString());
}

test("a depth update becomes a BookDelta with the mantissas of its instrument", () => {
  const answer = codec.check("market", combined("btcusdt@depth@100ms", rawDepth));
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
    ["btcusdt@depth", rawDepth],
    ["btcusdt@bookTicker", rawQuote],
    ["btcusdt@trade", rawTrade],
  ] as const) {
    assert.deepEqual(codec.check("market", data), codec.check("market", combined(stream, data)));
  }
});

test("a book ticker becomes a Quote without a time of the venue", () => {
  const fields = codec.accept("market", combined("btcusdt@bookTicker", rawQuote));
  assert.equal(fields["tsEvent"], 0n);
  assert.equal(fields["bidPrice"], 6183763n);
  assert.equal(fields["askSize"], 154698000n);
});

test("a trade whose buyer is the maker was made by a seller", () => {
  assert.equal(codec.accept("market", rawTrade)["aggressorSide"], Side.SELL);
  assert.equal(codec.accept("market", rawTrade.replace('"m":true', '"m":false'))["aggressorSide"], Side.BUY);
  assert.equal(codec.accept("market", rawTrade)["tsEvent"], 1723161255342000000n);
});

test("a REST snapshot is that of the instrument that was asked for", () => {
  const { records } = codec.check("rest", rawSnapshot, 1);
  assert.equal(records[0]?.fields["instrumentId"], 8);
  assert.equal(records[0].fields["snapshot"], 1);
  assert.equal(records[0].fields["firstUpdateId"], records[0].fields["lastUpdateId"]);
  assert.equal(codec.check("rest", rawSnapshot, 99).code, -5);
});

test("empty sides of a book are books too", () => {
  const empty = rawDepth
    .replace('[["61737.63000000","0.00000000"]]', "[]")
    .replace('[["61837.64000000","1.54698000"]]', "[]");
  assert.deepEqual(codec.check("market", empty).records[0]?.groups, { bids: [], asks: [] });
  assert.ok(codec.check("rest", '{"lastUpdateId":1,"bids":[],"asks":[]}').code > 0);
});

test("neither the order of keys nor white space nor unknown keys matter", () => {
  const shuffled =
    '\t{ "A" : "1.54698" , "a":"61837.64","B":"3.78826","b":"61837.63", "zz": [{"x":[1.5e-3,null,"\\u00e9ö"]}], "s":"BTCUSDT","u":50093239212 }\r\n';
  assert.deepEqual(codec.check("market", shuffled).records, codec.check("market", rawQuote).records);
  const wrapped = `{"extra":{},"data":${rawDepth.replace('"s"', '"unknown":[[]],"s"')},"stream":"x"}`;
  assert.deepEqual(codec.check("market", wrapped).records, codec.check("market", rawDepth).records);
});

test("symbols of every length up to 24 bytes are told apart, those outside of ASCII too", () => {
  for (const [symbol, id] of [
    ["ABCDEFGHIJKLMNOPQRSTUVWX", 15],
    ["币安人生USDT", 16],
    ["NKNUSDT", 9],
  ] as const) {
    assert.equal(
      codec.accept("market", rawQuote.replace("BTCUSDT", symbol).replaceAll('0000"', '"'))["instrumentId"],
      id,
    );
    assert.equal(
      codec.accept("market", combined("x", rawQuote.replace("BTCUSDT", symbol)))["instrumentId"],
      id,
    );
  }
  for (const symbol of ["", "BTCUSD", "BTCUSDTX", "btcusdt", "ABCDEFGHIJKLMNOPQRSTUVWXY", "X".repeat(300)])
    refused("market", rawQuote.replace("BTCUSDT", symbol), -5);
});

test("decimals become mantissas exactly at any exponent", () => {
  const at = (symbol: string, price: string, size: string): readonly unknown[] => {
    const fields = codec.accept(
      "market",
      rawQuote
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
    assert.equal(codec.accept("market", rawQuote.replace("50093239212", id))["updateId"], BigInt(id));
  }
  refused("market", rawQuote.replace("50093239212", "9223372036854775808"), -13);
  refused("market", rawQuote.replace("50093239212", "99999999999999999999999999"), -13);
  refused("market", rawDepth.replace("50093239202", "50093239188"), -17);
  refused("market", rawQuote.replace("50093239212", "050093239212"), -1);
});

test("[V11] messages that carry nothing for the host are IGNORED, unknown shapes are refused", () => {
  assert.equal(
    codec.accept("market", '{"stream":"x","data":{"e":"kline","E":1,"s":"NOSUCH"}}')["state"],
    SessionState.IGNORED,
  );
  assert.equal(codec.accept("market", '{"e":"depthUpdat"}')["state"], SessionState.IGNORED);
  for (const frame of ["[]", "1", '"x"', "null", "{}", '{"lastUpdateId":1,"bids":[],"asks":[]}', '{"id":1}'])
    refused("market", frame, -4);
  for (const frame of ["[]", "{}", '{"bids":[],"asks":[]}', rawQuote]) refused("rest", frame, -4);
});

test("[V11] a channel that the codec does not have is refused", () => {
  const bytes = Buffer.from(rawQuote);
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
  assert.equal(own.send("market", rawQuote).records[0]?.fields["bidPrice"], 618376300n);
  assert.equal(own.send("rest", rawSnapshot, 1).records[0]?.fields["instrumentId"], 8);
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
    for (let i = 0; i < 513; i += 1)
      own.plugin.send(
        writeRecord("InstrumentDefinition", { ...definition, instrumentId: 1000 + i, symbol: `S${i}` }),
      );
  };
  assert.throws(fill, /too many instruments/);
});
