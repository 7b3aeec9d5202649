import assert from "node:assert/strict";
import { test } from "node:test";
import { describeRecord, recordLayouts } from "../../../../../abi/host/index.ts";
import { EVENTS_MAX, parseManifest } from "../../../../../host/engine/index.ts";
import type { Manifest } from "../../../../../host/engine/index.ts";
import { AdmissionError } from "../../../../../host/engine/admission/admission-error.ts";
import { recordMakers } from "../../../../../host/engine/admission/trial/record-makers.ts";
import { trialEvents } from "../../../../../host/engine/admission/trial/trial-events.ts";
import { sampleManifest } from "../../sample-module.ts";

function manifestOf(parts: Readonly<Record<string, unknown>>): Manifest {
  return parseManifest(new TextEncoder().encode(JSON.stringify(sampleManifest(parts))));
}

function names(events: readonly Uint8Array[]): (string | undefined)[] {
  return events.map((event) => describeRecord(new DataView(event.buffer), 0)?.name);
}

function count(list: readonly unknown[], name: string): number {
  return list.filter((item) => item === name).length;
}

test("a plugin is shown the definitions and then the records that it reads, in equal parts and the order of a step", () => {
  const reads = ["Quote", "InstrumentDefinition", "Trade", "AssetDefinition"];
  const shown = names(trialEvents(manifestOf({ reads }), []));
  assert.deepEqual(shown.slice(0, 6), [
    "InstrumentDefinition",
    "AssetDefinition",
    "AssetDefinition",
    "AssetDefinition",
    "Quote",
    "Trade",
  ]);
  assert.deepEqual([count(shown, "Quote"), count(shown, "Trade"), shown.length], [128, 128, 260]);
});

test("every record that is made is one of the schema, and the same each time", () => {
  const reads = [...recordMakers.keys()];
  for (const name of reads) assert.ok(Object.hasOwn(recordLayouts, name), name);
  const manifest = manifestOf({ kind: "venue", reads, writes: [] });
  const events = trialEvents(manifest, []);
  assert.ok(!names(events).includes(undefined));
  assert.deepEqual(trialEvents(manifest, []), events);
  const poolReader = manifestOf({ kind: "ensemble", reads: ["SignalPool"], writes: [] });
  const pools = trialEvents(poolReader, []).flatMap((event) => {
    const record = describeRecord(new DataView(event.buffer), 0);
    return record?.name === "SignalPool" ? [record.groups["signals"]?.length ?? -1] : [];
  });
  assert.ok(Math.max(...pools) === 16 && Math.min(...pools) === 0, String(pools));
});

test("a plugin that reads nothing that can be made up is shown what was recorded alone", () => {
  const recorded = [new Uint8Array(16)];
  assert.deepEqual(trialEvents(manifestOf({ reads: [] }), recorded), recorded);
});

test("recorded events that do not fit the inbox, are no records, or are too many, are refused", () => {
  const manifest = manifestOf({});
  const refused = (events: readonly Uint8Array[], text: RegExp): void => {
    assert.throws(
      () => trialEvents(manifest, events),
      (error) =>
        error instanceof AdmissionError &&
        error.code === "SANDPIT_ADMISSION_EVENTS_REFUSED" &&
        text.test(error.message),
    );
  };
  refused([new Uint8Array(16), new Uint8Array(16_385)], /number 1 has 16385 bytes/);
  refused([new Uint8Array(7)], /number 0 has 7 bytes/);
  refused(new Array<Uint8Array>(EVENTS_MAX + 1).fill(new Uint8Array(8)), /limit is 4096/);
  assert.equal(trialEvents(manifest, [new Uint8Array(16_384)]).length, 257);
});
