import assert from "node:assert/strict";
import { createPrivateKey, verify } from "node:crypto";
import { test } from "node:test";
import fc from "fast-check";
import { AllowList } from "../../../../../host/execution/signer/process/allow-list.ts";
import {
  checkedTimestampMs,
  logonText,
  signedQuery,
  signText,
} from "../../../../../host/execution/signer/process/binance-signature.ts";
import { SignerError } from "../../../../../host/execution/signer/signer-error.ts";
import { randomSeed as seed } from "../../../../support/random-seed.ts";
import { ed25519 } from "../../../../support/signer-keys.ts";

const order = new AllowList("binance").find("GET", "/api/v3/order");
const NOW = 1_732_000_000_000;

test("Binance's published vector is met, to the last bit", () => {
  // fix-api.md, "How to sign Logon<A> request": the key and the payload that the documentation signs with it.
  const key = createPrivateKey(
    "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIIJEYWtGBrhACmb9Dvy+qa8WEf0lQOl1s4CLIAB9m89u\n-----END PRIVATE KEY-----\n",
  );
  const payload = ["A", "EXAMPLE", "SPOT", "1", "20240627-11:17:25.223"].join("\u0001");
  assert.equal(
    signText(key, payload),
    "4MHXelVVcpkdwuLbl6n73HQUXUf1dse2PCgT1DYqW9w8AVZ1RACFGM+5UdlGPrQHrgtS3CvsRURC1oj73j8gCA==",
  );
});

test("a logon signs its parameters sorted by name, and an independent verifier agrees", () => {
  const text = logonText("vmPU", 1_649_729_878_532);
  assert.equal(text, "apiKey=vmPU&timestamp=1649729878532");
  const signature = Buffer.from(signText(ed25519.privateKey, text), "base64");
  assert.equal(verify(null, Buffer.from(text), ed25519.publicKey, signature), true);
});

test("a signed query is the query with the signature behind it, percent-encoded", () => {
  const query = `symbol=BTCUSDT&orderId=1&timestamp=${NOW}`;
  const parameters = new URLSearchParams(signedQuery(ed25519.privateKey, query));
  const signature = Buffer.from(parameters.get("signature") ?? "", "base64");
  assert.equal(verify(null, Buffer.from(query), ed25519.publicKey, signature), true);
  assert.deepEqual([...parameters.keys()], ["symbol", "orderId", "timestamp", "signature"]);
});

function codeOf(query: string): string {
  try {
    return String(checkedTimestampMs(order, query));
  } catch (error) {
    assert.ok(error instanceof SignerError, String(error));
    assert.match(error.message, /^[ -~]*$/);
    return error.code.replace("SANDPIT_SIGNER_", "");
  }
}

test("[P24] a query has the request's own parameters, each once, plain, with a timestamp", () => {
  assert.equal(
    codeOf(`symbol=BTCUSDT&origClientOrderId=a-B_1.2&recvWindow=5000&timestamp=${NOW}`),
    String(NOW),
  );
  for (const query of [
    "",
    "symbol=BTCUSDT",
    `timestamp=${NOW}&`,
    `timestamp=${NOW}&timestamp=${NOW}`,
    `timestamp=${NOW}&signature=abc`,
    `timestamp=${NOW}&coin=BTC`,
    `timestamp=${NOW}&apiKey=x`,
    `timestamp=${NOW}&symbol=`,
    `timestamp=${NOW}&symbol=A%26coin%3DBTC`,
    `timestamp=${NOW}&symbol=A B`,
    `timestamp=${NOW}&symbol=A\u0000`,
    `timestamp=${NOW}&symbol=A\n`,
    `timestamp=${NOW}&symbol=A?/sapi/v1/capital/withdraw/apply`,
    `timestamp=${NOW}&symbol=${"A".repeat(65)}`,
    `timestamp=${NOW}&recvWindow=5001`,
    `timestamp=${NOW}&recvWindow=0`,
    `timestamp=${NOW}&recvWindow=60000`,
    "timestamp=1732000000",
    "timestamp=1732000000000.5",
    `?timestamp=${NOW}`,
    `timestamp=${NOW}${"&symbol=A".repeat(20)}`,
  ])
    assert.equal(codeOf(query), "PARAMETER_REFUSED", JSON.stringify(query));
  assert.equal(codeOf(`timestamp=${NOW}&symbol=${"A".repeat(2_000)}`), "TEXT_REFUSED");
});

test(`[P24] whatever query is taken, a URL's own parser reads from it the listed parameters and nothing else (seed ${seed})`, () => {
  const piece = fc.oneof(
    fc.constantFrom(
      "symbol=BTC",
      `timestamp=${NOW}`,
      "&",
      "=",
      "%26",
      "coin=BTC",
      "amount=1",
      "&&",
      "+",
      ";",
      "recvWindow=1",
      "orderId=7",
    ),
    fc.string({ unit: "binary", maxLength: 4 }),
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 8 }), fc.boolean(), (pieces, isJoined) => {
      const query = pieces.join(isJoined ? "&" : "");
      if (codeOf(query) !== String(NOW)) return;
      const names = [...new URL(`https://x/y?${query}`).searchParams.keys()];
      assert.equal(new Set(names).size, names.length);
      for (const name of names) assert.ok(order.parameters.includes(name), query);
      assert.equal(new URL(`https://x/y?${query}`).search, `?${query}`);
    }),
    { seed, numRuns: 5_000 },
  );
});
