import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { allowedRequests } from "../../../../../host/execution/signer/process/allowed-requests.ts";
import { AllowList } from "../../../../../host/execution/signer/process/allow-list.ts";
import { SignerError } from "../../../../../host/execution/signer/signer-error.ts";
import { venueProtocols } from "../../../../../host/execution/signer/signer-key.ts";
import { randomSeed as seed } from "../../../../support/random-seed.ts";

function codeOf(list: AllowList, method: string, path: string): string {
  try {
    list.find(method, path);
    return "allowed";
  } catch (error) {
    assert.ok(error instanceof SignerError, String(error));
    // Whatever was asked for, the text steers no terminal and forges no line.
    assert.match(error.message, /^[ -~]*$/);
    return error.code.replace("SANDPIT_SIGNER_", "");
  }
}

const binance = new AllowList("binance");
const coinbase = new AllowList("coinbase");

test("what is on the list is found by method and path", () => {
  for (const protocol of venueProtocols)
    for (const request of allowedRequests[protocol]) {
      const path = request.path.replace("{id}", "BTC-USD");
      assert.equal(new AllowList(protocol).find(request.method, path), request);
    }
});

test("nothing on the list moves money out, or changes keys or accounts", () => {
  const names = Object.values(allowedRequests).flat();
  for (const { method, path, parameters } of names) {
    assert.doesNotMatch(
      path,
      /sapi|withdraw|transfer|convert|sub-?account|apiKey|api-key|margin|loan|portfolio|payment|deposit/i,
    );
    assert.ok(
      method === "GET" || /\/orders?(\/batch_cancel)?$|\/openOrders$/.test(path),
      `${method} ${path}`,
    );
    // At Binance the names keep a signature from being used for another path.
    for (const name of [
      "coin",
      "asset",
      "amount",
      "address",
      "network",
      "type",
      "email",
      "quantity",
      "price",
      "side",
    ])
      assert.ok(!parameters.includes(name), `${path} ${name}`);
  }
});

test("[P24] other paths are refused: withdrawals, transfers, keys, sub-accounts, and what only looks like one of the list", () => {
  for (const [method, path] of [
    ["POST", "/sapi/v1/capital/withdraw/apply"],
    ["POST", "/sapi/v1/asset/transfer"],
    ["POST", "/sapi/v1/sub-account/universalTransfer"],
    ["GET", "/sapi/v1/account/apiRestrictions"],
    ["POST", "/api/v3/order"],
    ["DELETE", "/api/v3/account"],
    ["GET", "/api/v3/account/x"],
    ["GET", "/api/v3"],
    ["GET", "/API/V3/ACCOUNT"],
  ] as const)
    assert.equal(codeOf(binance, method, path), "PATH_REFUSED", path);
  for (const [method, path] of [
    ["POST", "/v2/accounts/a/transactions"],
    ["POST", "/api/v3/brokerage/portfolios/move_funds"],
    ["POST", "/api/v3/brokerage/convert/quote"],
    ["POST", "/api/v3/brokerage/orders/historical/x"],
    ["DELETE", "/api/v3/brokerage/orders"],
    ["GET", "/api/v3/brokerage/products/a/b"],
  ] as const)
    assert.equal(codeOf(coinbase, method, path), "PATH_REFUSED", path);
});

test("[P24] a path that could be read in another way is refused as text", () => {
  for (const path of [
    "",
    "api/v3/account",
    "/api/v3/account/",
    "//api/v3/account",
    "/api/v3//account",
    "/api/v3/./account",
    "/api/v3/../../sapi/v1/capital/withdraw/apply",
    "/api/v3/account%2f..%2fsapi",
    "/api/v3/account?x=/sapi",
    "/api/v3/account#",
    "/api/v3/account;a",
    "/api/v3/account\u0000",
    "/api/v3/account\r\nX: y",
    "/api/v3/accoun\u0442",
    "/api/v3\\account",
    " /api/v3/account",
    `/${"a".repeat(65)}`,
    "/a".repeat(129),
  ])
    assert.equal(codeOf(binance, "GET", path), "TEXT_REFUSED", JSON.stringify(path));
  for (const method of ["", "get", "GET ", "GET\n", "G", "CONNECTED", "PO ST"])
    assert.equal(codeOf(binance, method, "/api/v3/account"), "TEXT_REFUSED", JSON.stringify(method));
});

test("[P24] a configuration narrows the list and cannot widen it", () => {
  const narrowed = new AllowList("binance", ["GET /api/v3/account"]);
  assert.equal(codeOf(narrowed, "GET", "/api/v3/account"), "allowed");
  assert.equal(codeOf(narrowed, "GET", "/api/v3/order"), "PATH_NARROWED");
  assert.equal(codeOf(narrowed, "POST", "/sapi/v1/capital/withdraw/apply"), "PATH_REFUSED");
  assert.equal(codeOf(new AllowList("binance", []), "GET", "/api/v3/account"), "PATH_NARROWED");
  for (const name of [
    "POST /sapi/v1/capital/withdraw/apply",
    "GET /api/v3/account ",
    "get /api/v3/account",
    "*",
    "",
  ])
    assert.throws(
      () => new AllowList("binance", [name]),
      (error) => error instanceof SignerError && error.code === "SANDPIT_SIGNER_ALLOW_UNKNOWN",
    );
});

// The lists once more, written otherwise than the code compares them.
const oracle = {
  binance:
    /^(GET \/api\/v3\/(account|account\/commission|rateLimit\/order|order|openOrders|allOrders|myTrades)|DELETE \/api\/v3\/(order|openOrders))$/,
  coinbase:
    /^(GET \/api\/v3\/brokerage\/(accounts(\/[A-Za-z0-9-]{1,64})?|key_permissions|transaction_summary|products(\/[A-Za-z0-9-]{1,64})?|product_book|best_bid_ask|orders\/historical\/[A-Za-z0-9-]{1,64})|POST \/api\/v3\/brokerage\/orders(\/batch_cancel)?)$/,
} as const;

const parts = [
  "api",
  "v3",
  "sapi",
  "v1",
  "account",
  "order",
  "openOrders",
  "brokerage",
  "orders",
  "historical",
  "batch",
  "batch_cancel",
  "products",
  "accounts",
  "withdraw",
  "..",
  ".",
  "%2e%2e",
  "%2F",
  "\\",
  "BTC-USD",
  "",
  " ",
  "\u0000",
  "?",
  "#",
  "{id}",
];
const path = fc.oneof(
  fc.array(fc.constantFrom(...parts), { maxLength: 7 }).map((list) => `/${list.join("/")}`),
  fc.string({ unit: "binary", maxLength: 40 }),
  fc
    .tuple(fc.constantFrom(...Object.values(allowedRequests).flat()), fc.string({ maxLength: 3 }), fc.nat(60))
    .map(([request, text, at]) => request.path.slice(0, at) + text + request.path.slice(at)),
);
const method = fc.oneof(
  fc.constantFrom("GET", "POST", "DELETE", "PUT", "PATCH", "HEAD"),
  fc.string({ maxLength: 8 }),
);

test(`[P24] no path outside of the list is ever allowed, whatever its spelling (seed ${seed})`, () => {
  fc.assert(
    fc.property(fc.constantFrom(...venueProtocols), method, path, (protocol, givenMethod, givenPath) => {
      const isAllowed = codeOf(new AllowList(protocol), givenMethod, givenPath) === "allowed";
      assert.equal(
        isAllowed,
        oracle[protocol].test(`${givenMethod} ${givenPath}`),
        `${givenMethod} ${givenPath}`,
      );
    }),
    { seed, numRuns: 5_000 },
  );
});
