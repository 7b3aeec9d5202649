import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { BookImage } from "../../../abi/host/index.ts";
import { CoinbaseCodec } from "../../../test/support/coinbase-codec.ts";
import { level2 } from "../../../test/support/coinbase-samples.ts";
import type { TextLevel } from "../../../test/support/coinbase-samples.ts";

const OUT_OF_RANGE = -13;
/** The last price of two decimals that a mantissa below 2^53 holds, and the first that none does. */
const LAST = "90071992547409.91";
const FIRST_BEYOND = "90071992547409.92";

let codec: CoinbaseCodec;
beforeEach(async () => {
  codec = await CoinbaseCodec.load();
});

const offer = (price: string, size = "1"): TextLevel => ({ side: "offer", price, size });
const bid = (price: string): TextLevel => ({ side: "bid", price, size: "1" });

/** The offers' prices of each record, as both decoders have them. */
function offersOf(levels: readonly TextLevel[], type = "update"): unknown[][] {
  const { code, records } = codec.check("market", level2(levels, type));
  assert.ok(code > 0, `refused with ${code}`);
  return records.slice(1).map(({ groups }) => (groups["asks"] ?? []).map(({ price }) => price));
}

test("[M3] an offer beyond every mantissa is left out, the last one that a mantissa holds is not", () => {
  for (const type of ["snapshot", "update"])
    for (const far of [FIRST_BEYOND, "999999999999999999999999999999", "90071992547409.9200"])
      assert.deepEqual(offersOf([offer("5"), offer(far), offer(LAST), offer("7")], type), [
        [500n, 9_007_199_254_740_991n, 700n],
      ]);
});

test("an update of nothing but far offers changes nothing, their removal neither; an image of them is empty", () => {
  assert.deepEqual(offersOf([offer(FIRST_BEYOND), offer(FIRST_BEYOND, "0")]), []);
  assert.deepEqual(offersOf([offer(FIRST_BEYOND)], "snapshot"), [[]]);
});

test("far offers behind a full record open no other", () => {
  const full = Array.from({ length: 2_048 }, (_, index) => offer(`${index + 1}`));
  const { records } = codec.check("market", level2([...full, offer(FIRST_BEYOND)], "snapshot"));
  assert.deepEqual(
    records.slice(1).map(({ fields }) => fields["snapshot"]),
    [BookImage.WHOLE],
  );
});

test("a change has the time of its last level that is in the book", () => {
  const text = level2([offer("5"), offer(FIRST_BEYOND)]);
  const later = text.replace(/264069(?=Z","price_level":"9)/, "364069");
  assert.notEqual(later, text);
  assert.deepEqual(codec.check("market", later).records.at(-1), codec.check("market", text).records.at(-1));
});

test("[M3] a bid so high is a contradiction, and a far price or its size that is no decimal is refused", () => {
  assert.equal(codec.check("market", level2([bid(FIRST_BEYOND)])).code, OUT_OF_RANGE);
  assert.equal(codec.check("market", level2([offer("5", FIRST_BEYOND)])).code, OUT_OF_RANGE);
  for (const price of [
    `${FIRST_BEYOND}1`,
    `-${FIRST_BEYOND}`,
    `0${FIRST_BEYOND}`,
    `${FIRST_BEYOND}e1`,
    "9".repeat(20) + ".",
  ])
    assert.ok(codec.check("market", level2([offer(price)])).code < 0, price);
  for (const size of ["9".repeat(20), "-1", "x", "0.000000001"])
    assert.ok(codec.check("market", level2([offer(FIRST_BEYOND, size)])).code < 0, size);
});
