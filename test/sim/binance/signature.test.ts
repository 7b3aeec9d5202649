import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { isApiKey, registerKey, restPayload, socketPayload } from "../../../sim/binance/signature.ts";
import { MAKER_KEY, MAKER_SECRET, TEST_KEYS, TRADER_KEY } from "./venue-driver.ts";

const REST_PARAMETERS =
  "symbol=LTCBTC&side=BUY&type=LIMIT&timeInForce=GTC&quantity=1&price=0.1&recvWindow=5000&timestamp=1499827319559";
const REST_SIGNATURE = "c8db56825ae71d6d79447849e617115f4a920fa2acdcab2b053c4b2838bd6b71";
const SOCKET_SIGNATURE = "aa1b5712c094bc4e57c05a1a5c1fd8d88dcd628338ea863fec7b88e59fe2db24";
const LOGON_SIGNATURE =
  "4MHXelVVcpkdwuLbl6n73HQUXUf1dse2PCgT1DYqW9w8AVZ1RACFGM+5UdlGPrQHrgtS3CvsRURC1oj73j8gCA==";

describe("signatures", () => {
  const maker = registerKey({ apiKey: MAKER_KEY, account: 2, kind: "HMAC", secret: MAKER_SECRET });
  const [traderSpec] = TEST_KEYS;
  assert.ok(traderSpec !== undefined);
  const trader = registerKey(traderSpec);

  it("agrees with the published REST example, in either case of the letters", () => {
    const payload = restPayload(`${REST_PARAMETERS}&signature=${REST_SIGNATURE}`, "");
    assert.equal(payload, REST_PARAMETERS);
    assert.ok(maker.verify(payload, REST_SIGNATURE));
    assert.ok(maker.verify(payload, REST_SIGNATURE.toUpperCase()));
    assert.ok(!maker.verify(`${payload}0`, REST_SIGNATURE));
  });

  it("joins query and body without a separator", () => {
    assert.equal(restPayload("a=1&signature=x", "b=2&signature=y&c=3"), "a=1b=2&c=3");
    assert.equal(restPayload("", ""), "");
  });

  it("agrees with the published example of non-ASCII parameters, signed as they were encoded", () => {
    const payload = REST_PARAMETERS.replace(
      "LTCBTC",
      "%EF%BC%91%EF%BC%92%EF%BC%93%EF%BC%94%EF%BC%95%EF%BC%96",
    );
    assert.ok(maker.verify(payload, "e1353ec6b14d888f1164ae9af8228a3dbd508bc82eb867db8ab6046442f33ef3"));
  });

  it("agrees with the published WebSocket API example, whose parameters are sorted", () => {
    const payload = socketPayload({
      symbol: "BTCUSDT",
      side: "SELL",
      type: "LIMIT",
      timeInForce: "GTC",
      quantity: "0.01000000",
      price: "52000.00",
      recvWindow: 100,
      timestamp: 1645423376532,
      apiKey: MAKER_KEY,
      signature: SOCKET_SIGNATURE,
    });
    assert.ok(payload.startsWith(`apiKey=${MAKER_KEY}&price=52000.00&quantity=`));
    assert.ok(maker.verify(payload, SOCKET_SIGNATURE));
  });

  it("agrees with the published Ed25519 example", () => {
    const payload = ["A", "EXAMPLE", "SPOT", "1", "20240627-11:17:25.223"].join("\u0001");
    assert.ok(trader.verify(payload, LOGON_SIGNATURE));
    assert.ok(!trader.verify(`${payload} `, LOGON_SIGNATURE));
  });

  it("takes nothing that is no signature", () => {
    for (const text of ["", "zz", REST_SIGNATURE.slice(1), `${REST_SIGNATURE}0`])
      assert.ok(!maker.verify("x", text));
    for (const text of ["", LOGON_SIGNATURE.slice(1), LOGON_SIGNATURE.replace("=", "A")])
      assert.ok(!trader.verify("x", text));
  });

  it("registers no key that the venue would not issue", () => {
    assert.ok(isApiKey(TRADER_KEY));
    assert.throws(
      () => registerKey({ apiKey: "short", account: 1, kind: "HMAC", secret: "s" }),
      /64 letters and digits/,
    );
    const publicKeyPem = `-----BEGIN PUBLIC KEY-----
MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEEVs/o5+uQbTjL3chynL4wXgUg2R9
q9UU8I5mEovUf86QZ7kOBIjJwqnzD1omageEHWwHdBO6B+dFabmdT9POxg==
-----END PUBLIC KEY-----`;
    const spec = { apiKey: TRADER_KEY, account: 1, kind: "ED25519", publicKeyPem } as const;
    assert.throws(() => registerKey(spec), /give an Ed25519 key/);
  });
});
