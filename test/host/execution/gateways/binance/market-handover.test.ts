import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { MarketHandover } from "../../../../../host/execution/gateways/binance/market-handover.ts";
import { eventMark, streamMark } from "../../../../../host/execution/gateways/binance/stream-mark.ts";
import { randomSeed } from "../../../../support/random-seed.ts";

function frame(stream: string, data: object): Buffer {
  return Buffer.from(JSON.stringify({ stream, data }));
}

const depth = (firstId: number, lastId: number): Buffer =>
  frame("depth", { e: "depthUpdate", U: firstId, u: lastId });
const trade = (id: number): Buffer => frame("trade", { e: "trade", t: id });

test("frames are marked by their stream and ids, whatever has none is not", () => {
  assert.deepEqual(streamMark(depth(3, 7), depth(3, 7).length), { stream: "depth", firstId: 3, lastId: 7 });
  assert.deepEqual(streamMark(trade(5), trade(5).length), { stream: "trade", firstId: 5, lastId: 5 });
  for (const text of [
    '{"stream":"!x","data":{"e":"serverShutdown"}}',
    '{"result":null}',
    "[]",
    "{",
    "null",
    "",
  ])
    assert.equal(streamMark(Buffer.from(text), text.length), null, text);
  const event = '{"subscriptionId":0,"event":{"e":"executionReport","I":5}}';
  assert.equal(eventMark(Buffer.from(event), event.length), '{"e":"executionReport","I":5}');
  assert.equal(eventMark(Buffer.from('{"id":1,"status":200}'), 21), null);
});

test("[V3] it is in sync when the old connection has brought what the new one began with, on every stream", () => {
  const handover = new MarketHandover();
  assert.ok(handover.isInSync);
  handover.holdNew(depth(11, 12), depth(11, 12).length);
  handover.holdNew(trade(7), trade(7).length);
  assert.ok(!handover.isInSync);
  handover.noteOld(depth(9, 11), depth(9, 11).length);
  assert.ok(!handover.isInSync);
  handover.noteOld(trade(7), trade(7).length);
  assert.ok(handover.isInSync);
  // A diff of which the old connection has brought a part is still news; a trade is not.
  assert.deepEqual(
    handover.takeRest().map((bytes) => Buffer.from(bytes).toString()),
    [depth(11, 12).toString()],
  );
});

test("what a new connection brought that was lost again proves nothing", () => {
  const handover = new MarketHandover();
  handover.holdNew(trade(7), trade(7).length);
  handover.forgetNew();
  assert.ok(handover.isInSync);
  assert.deepEqual(handover.takeRest(), []);
});

test(`[V3] whatever two connections bring, and however late, each update is delivered once and in order (seed ${randomSeed})`, () => {
  const cut = fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 30, maxLength: 30 });
  fc.assert(
    fc.property(
      cut,
      cut,
      fc.integer({ min: 2, max: 40 }),
      fc.array(fc.boolean(), { minLength: 200, maxLength: 200 }),
      (oldCuts, newCuts, newFrom, order) => {
        const diffs = (cuts: readonly number[], from: number): [number, number][] => {
          let next = from;
          return cuts.map((count) => {
            const range: [number, number] = [next, next + count - 1];
            next += count;
            return range;
          });
        };
        const [old, fresh] = [diffs(oldCuts, 1), diffs(newCuts, newFrom)];
        const handover = new MarketHandover();
        let bookId = 0;
        const deliver = (first: number, last: number): void => {
          assert.ok(first <= bookId + 1, `gap: ${first} after ${bookId}`);
          assert.ok(last > bookId, `nothing new: ${last} after ${bookId}`);
          bookId = last;
        };
        let isSwitched = false;
        for (const fromOld of order) {
          if (isSwitched) break;
          const range = fromOld ? old.shift() : fresh.shift();
          if (range === undefined) continue;
          const bytes = depth(...range);
          if (fromOld) {
            handover.noteOld(bytes, bytes.length);
            deliver(...range);
          } else handover.holdNew(bytes, bytes.length);
          isSwitched = handover.isInSync && bookId >= newFrom;
        }
        if (!isSwitched) return;
        for (const bytes of handover.takeRest()) {
          const { firstId, lastId } = streamMark(bytes, bytes.length) ?? { firstId: 0, lastId: 0 };
          deliver(firstId, lastId);
        }
        for (const range of fresh)
          if (!handover.isRepeated(depth(...range), depth(...range).length)) deliver(...range);
      },
    ),
    { seed: randomSeed, numRuns: 500 },
  );
});
