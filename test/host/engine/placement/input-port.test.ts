import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import {
  describeRecord,
  FeatureVector,
  Gap,
  InstrumentDefinition,
  OrderEvent,
  Timer,
  Trade,
} from "../../../../abi/host/index.ts";
import {
  channelMap,
  EntryCell,
  ENTRY_HEADER_BYTES,
  makeChannel,
  RING_BYTES_MIN,
} from "../../../../host/engine/placement/channel-layout.ts";
import { INPUT_COUNTERS, InputCounter, InputPort } from "../../../../host/engine/placement/input-port.hot.ts";
import { inputPlace } from "../../../../host/engine/placement/open-worker.ts";
import type { OverflowPolicy } from "../../../../host/engine/placement/overflow-policy.ts";
import { RingReader } from "../../../../host/engine/placement/ring-reader.hot.ts";
import { RingWriter } from "../../../../host/engine/placement/ring-writer.hot.ts";
import { randomSeed } from "../../../support/random-seed.ts";
import { writeRecord } from "../../../support/record-writer.ts";

const INSTRUMENTS = 3;

interface Seen {
  readonly template: number;
  readonly sequence: number;
  readonly timeNs: number;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** A port with a reader at its other end that takes nothing by itself. */
class PortUnderTest {
  readonly nowNs = new Float64Array(1);
  readonly counters = new Float64Array(INPUT_COUNTERS);
  readonly port: InputPort;
  private readonly reader: RingReader;

  constructor(policy: OverflowPolicy, readsGap = true) {
    const map = channelMap(RING_BYTES_MIN);
    const place = inputPlace(makeChannel(map), map);
    this.reader = new RingReader(place, 1024);
    const options = { policy, instrumentCount: INSTRUMENTS, readsGap };
    const { nowNs, counters } = this;
    this.port = new InputPort(new RingWriter(place), RING_BYTES_MIN >> 3, { ...options, nowNs, counters });
  }

  offer(record: Buffer): void {
    this.nowNs[0] = (this.nowNs[0] ?? 0) + 1;
    const words = new Int32Array(Uint8Array.from(record).buffer);
    this.port.offer((words[0] ?? 0) >>> 16, words, 0, record.length);
  }

  /** Takes up to `count` entries and gives their room back. */
  take(count = Number.POSITIVE_INFINITY): Seen[] {
    const seen: Seen[] = [];
    while (seen.length < count) {
      const template = this.reader.next();
      if (template === 0) break;
      assert.ok(template > 0);
      const record = describeRecord(new DataView(this.reader.u8.buffer, ENTRY_HEADER_BYTES), 0);
      const { f64 } = this.reader;
      seen.push({
        template,
        sequence: f64[EntryCell.SEQUENCE] ?? 0,
        timeNs: f64[EntryCell.TIME] ?? 0,
        fields: record?.fields ?? {},
      });
    }
    this.reader.release();
    return seen;
  }

  /** Offers vectors of one instrument until the ring takes no more. */
  fill(): number {
    let offered = 0;
    while (this.counters[InputCounter.DROPPED] === 0 && this.port.waitingCount === 0) {
      this.offer(vector(1, offered));
      offered += 1;
    }
    return offered;
  }
}

const vector = (instrumentId: number, position = 0): Buffer =>
  writeRecord("FeatureVector", { instrumentId, position });
const trade = (size: number): Buffer => writeRecord("Trade", { instrumentId: 1, size });
const event = (tag: number): Buffer => writeRecord("OrderEvent", { tag });

test("[R1] [P18] conflate: while there is no room, the latest of each instrument waits, and is delivered in its turn when there is", () => {
  const under = new PortUnderTest("conflate");
  const offered = under.fill();
  for (const position of [7_001, 7_002, 7_003]) under.offer(vector(1, position));
  under.offer(vector(2, 7_100));
  under.offer(writeRecord("Timer", { timeNs: 5 }));
  assert.equal(under.port.waitingCount, 3);
  assert.equal(under.counters[InputCounter.CONFLATED], 3);
  assert.equal(under.take().length, offered - 1);
  under.port.flush();
  const late = under.take();
  assert.deepEqual(
    late.map(({ template, sequence, timeNs, fields }) => [template, sequence, timeNs, fields["position"]]),
    [
      [FeatureVector.templateId, offered + 6, offered + 3, 7003n],
      [FeatureVector.templateId, offered + 7, offered + 4, 7100n],
      [Timer.templateId, offered + 8, offered + 5, undefined],
    ],
  );
  assert.equal(under.counters[InputCounter.DROPPED], 0);
});

test("[R1] drop: what finds no room is left out, and the plugin is told before its next record", () => {
  const under = new PortUnderTest("drop");
  const offered = under.fill();
  for (const instrument of [1, 2, 3]) under.offer(vector(instrument));
  assert.equal(under.counters[InputCounter.DROPPED], 4);
  assert.equal(under.take().length, offered - 1);
  under.offer(trade(9));
  const [gap, next] = under.take();
  assert.deepEqual([gap?.template, gap?.sequence], [Gap.templateId, offered]);
  assert.deepEqual([gap?.fields["firstSequence"], gap?.fields["lostCount"]], [BigInt(offered), 4]);
  assert.deepEqual([next?.template, next?.sequence], [Trade.templateId, offered + 4]);
  assert.equal(under.counters[InputCounter.GAPS], 1);
});

test("a plugin that does not read gaps is given none, and goes on with the next record", () => {
  const under = new PortUnderTest("drop", false);
  under.fill();
  under.take();
  under.offer(trade(1));
  under.offer(trade(2));
  assert.deepEqual(
    under.take().map(({ template }) => template),
    [Trade.templateId, Trade.templateId],
  );
});

test("trades are never conflated: two of them are two, and where there is no room they are marked as left out", () => {
  const under = new PortUnderTest("conflate");
  under.fill();
  under.offer(trade(1));
  under.offer(trade(2));
  assert.equal(under.counters[InputCounter.DROPPED], 2);
  under.take();
  under.port.flush();
  const templates = under.take().map(({ template }) => template);
  assert.deepEqual(templates, [Gap.templateId, FeatureVector.templateId]);
});

test("order events and definitions have a quarter of the ring to themselves; one that is lost all the same is told at once", () => {
  const under = new PortUnderTest("drop");
  under.fill();
  let tag = 0;
  while (!under.port.isOverflown) {
    under.offer(tag === 5 ? writeRecord("InstrumentDefinition", {}) : event(tag));
    tag += 1;
  }
  const needed = under.take().filter(({ template }) => template !== FeatureVector.templateId);
  assert.equal(needed[0]?.template, Gap.templateId);
  assert.ok(tag > 120, `${tag} events found room`);
  assert.deepEqual(
    needed.slice(1).map(({ template }) => template),
    Array.from({ length: tag - 1 }, (_, index) =>
      index === 5 ? InstrumentDefinition.templateId : OrderEvent.templateId,
    ),
  );
});

test(`[R1] whatever is offered and taken, nothing comes twice, out of order within its instrument, or is lost without a count (seed ${randomSeed})`, () => {
  const step = fc.oneof(
    {
      weight: 6,
      arbitrary: fc.record({
        kind: fc.constant("vector" as const),
        instrument: fc.integer({ min: 1, max: INSTRUMENTS }),
      }),
    },
    { weight: 3, arbitrary: fc.record({ kind: fc.constant("trade" as const), instrument: fc.constant(1) }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant("event" as const), instrument: fc.constant(1) }) },
    {
      weight: 1,
      arbitrary: fc.record({
        kind: fc.constant("take" as const),
        instrument: fc.integer({ min: 1, max: 200 }),
      }),
    },
  );
  const runs = fc.array(step, { minLength: 400, maxLength: 900 });
  fc.assert(
    fc.property(runs, fc.constantFrom<OverflowPolicy>("conflate", "drop"), (steps, policy) => {
      const under = new PortUnderTest(policy);
      const seen: Seen[] = [];
      let offered = 0;
      for (const { kind, instrument } of steps) {
        if (kind === "take") seen.push(...under.take(instrument));
        else {
          under.offer(recordOf(kind, instrument));
          offered += 1;
        }
      }
      for (let before = -1; seen.length > before;) {
        before = seen.length;
        under.port.flush();
        seen.push(...under.take());
      }
      checkSeen(seen, offered, under.counters);
    }),
    { seed: randomSeed, numRuns: 60 },
  );
});

function recordOf(kind: "trade" | "event" | "vector", instrument: number): Buffer {
  if (kind === "vector") return vector(instrument);
  return kind === "trade" ? trade(1) : event(1);
}

/** Numbers rise from entry to entry, whatever waited: a plugin that begins again goes by them. Of one instrument no record is older than the one before it. */
function checkSeen(seen: readonly Seen[], offered: number, counters: Float64Array): void {
  const lastOf = new Map<string, number>();
  let before = 0;
  for (const { template, fields, sequence, timeNs } of seen) {
    assert.ok(sequence > before, "doubled, or out of order");
    before = sequence;
    if (template === Gap.templateId) continue;
    const key = `${template} ${String(fields["instrumentId"])}`;
    assert.ok(timeNs > (lastOf.get(key) ?? 0), "an older record came after a newer one");
    lastOf.set(key, timeNs);
  }
  const records = seen.filter(({ template }) => template !== Gap.templateId).length;
  const left = (counters[InputCounter.DROPPED] ?? 0) + (counters[InputCounter.CONFLATED] ?? 0);
  assert.equal(records + left, offered, "lost without a count");
}
