import assert from "node:assert/strict";
import { test } from "node:test";
import { FeatureVector } from "../../../../abi/host/index.ts";
import { MemoryPool, PluginChannel, PluginSlot } from "../../../../host/engine/index.ts";
import { allocatedBytes, canMeasureAllocation, runMeasured } from "../../../support/allocation-probe.ts";
import { LocalThreads } from "../../../support/local-threads.ts";
import { moodyModule } from "../moody-plugin.ts";

/** A tenth of a boxed double for each record: what the engine makes for itself is counted too. */
const BYTES_MAX = 65_536;
const RECORDS = 40_000;
const RUNS_MAX = 6;

if (canMeasureAllocation()) {
  test("handing a record over, handling it and taking its output leave next to nothing on the heap", async () => {
    const threads = new LocalThreads();
    const channel = new PluginChannel({
      name: "placed",
      overflow: "conflate",
      deadlineNs: 10e6,
      ringBytes: 65_536,
      instrumentCount: 1,
      nowNs: new Float64Array(1),
      start: threads.start,
      wake: () => undefined,
    });
    const slot = new PluginSlot("placed", "agent", channel);
    slot.install((await moodyModule()).instantiate(new MemoryPool()));
    const { worker } = threads.last("placed");
    let taken = 0;
    const run = (records: number): void => {
      for (let record = 0; record < records; record++) {
        slot.invoke(FeatureVector.templateId, 200);
        worker.pump();
        if (channel.next()) taken += 1;
      }
    };
    run(RECORDS);
    const runs: number[] = [];
    let bytes = Number.POSITIVE_INFINITY;
    while (runs.length < RUNS_MAX && bytes > BYTES_MAX) {
      const overhead = allocatedBytes(() => run(2));
      bytes = allocatedBytes(() => run(RECORDS)) - overhead;
      runs.push(bytes);
    }
    assert.ok(taken > RECORDS);
    // An image for every quarter of the ring makes some objects of its own: one in 70 records.
    assert.ok(
      bytes <= BYTES_MAX + (RECORDS / 70) * 2_000,
      `${runs.join(", ")} bytes for ${RECORDS} records each`,
    );
  });
} else {
  test("the way of a record to a thread and back allocates next to nothing, measured in a process of its own", () => {
    const { status, output } = runMeasured(import.meta.filename);
    assert.equal(status, 0, output);
  });
}
