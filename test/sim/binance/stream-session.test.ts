import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { openInProcess } from "./venue-driver.ts";

/** A fresh connection's answer to one control message. */
function answer(text: string, path = "/ws"): string {
  const port = openInProcess().open(path);
  port.send(text);
  return port.take();
}

describe("stream control", () => {
  it("reads and sets the combined property", () => {
    assert.equal(answer('{"method":"GET_PROPERTY","params":["combined"],"id":1}'), '{"result":false,"id":1}');
    assert.equal(
      answer('{"method":"GET_PROPERTY","params":["combined"],"id":1}', "/stream"),
      '{"result":true,"id":1}',
    );
    const port = openInProcess({ flow: {} }).open("/ws/btcusdt@trade");
    port.send('{"method":"SET_PROPERTY","params":["combined",true],"id":5}');
    assert.equal(port.take(), '{"result":null,"id":5}');
    assert.match(port.take(), /^\{"stream":"btcusdt@trade","data":\{"e":"trade"/);
  });

  it("[V10] answers what it cannot take with the venue's errors", () => {
    const variants = "`SUBSCRIBE`, `UNSUBSCRIBE`, `LIST_SUBSCRIPTIONS`, `SET_PROPERTY`, `GET_PROPERTY`";
    const cases: [string, string][] = [
      ["nonsense", '{"code":3,"msg":"Invalid JSON: expected value at line 1 column 1"}'],
      ["[1]", '{"code":2,"msg":"Invalid request: expected an object"}'],
      ['{"id":1}', '{"code":2,"msg":"Invalid request: missing field `method` at line 1 column 8"}'],
      [
        '{"method":"LISTEN","id":1}',
        `{"code":2,"msg":"Invalid request: unknown variant \`LISTEN\`, expected one of ${variants} at line 1 column 28"}`,
      ],
      [
        '{"method":"LIST_SUBSCRIPTIONS","id":1.5}',
        '{"code":2,"msg":"Invalid request: request ID must be an unsigned integer"}',
      ],
      ['{"method":"SUBSCRIBE","id":1}', '{"code":2,"msg":"Invalid request: missing field `params`"}'],
      ['{"method":"SUBSCRIBE","params":[7],"id":1}', '{"code":2,"msg":"Invalid request: expected a string"}'],
      [
        '{"method":"SET_PROPERTY","params":[7,true],"id":1}',
        '{"code":2,"msg":"Invalid request: property name must be a string"}',
      ],
      [
        '{"method":"SET_PROPERTY","params":["combined",true,1],"id":1}',
        '{"code":2,"msg":"Invalid request: too many parameters"}',
      ],
      [
        '{"method":"SET_PROPERTY","params":["other",true],"id":1}',
        '{"code":0,"msg":"Unknown property","id":1}',
      ],
      [
        '{"method":"SET_PROPERTY","params":["combined",1],"id":1}',
        '{"code":1,"msg":"Invalid value type: expected Boolean"}',
      ],
      [
        '{"method":"GET_PROPERTY","params":[1],"id":1}',
        '{"code":2,"msg":"Invalid request: property name must be a string"}',
      ],
      [
        '{"method":"GET_PROPERTY","params":["combined",1],"id":1}',
        '{"code":2,"msg":"Invalid request: too many parameters"}',
      ],
      [
        '{"method":"GET_PROPERTY","params":["other"],"id":null}',
        '{"code":0,"msg":"Unknown property","id":null}',
      ],
    ];
    for (const [text, expected] of cases) assert.equal(answer(text), expected, text);
  });

  it("takes 1,024 streams and no more", () => {
    const streams = Array.from({ length: 1_024 }, (_, index) => `s${index}@trade`);
    const port = openInProcess().open("/ws");
    port.send(JSON.stringify({ method: "SUBSCRIBE", params: streams, id: 1 }));
    assert.equal(port.take(), '{"result":null,"id":1}');
    port.send(JSON.stringify({ method: "SUBSCRIBE", params: ["s0@trade"], id: 2 }));
    assert.equal(port.take(), '{"result":null,"id":2}');
    port.send(JSON.stringify({ method: "SUBSCRIBE", params: ["one@more"], id: 3 }));
    assert.equal(port.closeCode, 1008);
    assert.throws(() => openInProcess().open(`/stream?streams=${[...streams, "one@more"].join("/")}`), /400/);
  });

  it("gives microseconds and hides rate limits where the path asks for it", () => {
    const driver = openInProcess({ flow: {} });
    const port = driver.open("/stream?streams=btcusdt@trade/btcusdt@depth@100ms&timeUnit=microsecond");
    assert.match(port.take(), /"[ET]":[0-9]{16},/);
    const api = driver.open("/ws-api/v3?returnRateLimits=false&timeUnit=MICROSECOND");
    api.send('{"id":1,"method":"time"}');
    assert.match(api.take(), /^\{"id":1,"status":200,"result":\{"serverTime":[0-9]{16}\}\}$/);
    api.send('{"id":2,"method":"ping","params":{"returnRateLimits":true}}');
    assert.match(api.take(), /"result":\{\},"rateLimits":\[/);
  });
});
