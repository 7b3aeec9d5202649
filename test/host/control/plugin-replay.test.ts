import assert from "node:assert/strict";
import { cpSync, readdirSync, truncateSync } from "node:fs";
import { join } from "node:path";
import { before, test } from "node:test";
import { JournalledModules } from "../../../host/control/journalled-modules.ts";
import { NullJournal } from "../../../host/control/null-journal.ts";
import { readPluginInput } from "../../../host/control/plugin-input.ts";
import { isInput, stepRecord } from "../../../host/control/replay-step.ts";
import { replayJournal } from "../../../host/control/replay.ts";
import type { SessionReplay } from "../../../host/control/replay.ts";
import { readConfigurationRecord } from "../../../host/control/session-records.ts";
import type { JournalWriter, RecordCursor } from "../../../host/journal/index.ts";
import { inspectJournal, readJournal, RecordType } from "../../../host/journal/index.ts";
import type { BuiltLane } from "../../../host/lane/index.ts";
import { buildLane, ControlAction, PluginChangeError, stateDigest } from "../../../host/lane/index.ts";
import { NodeDisk } from "../../../host/platform/disk/index.ts";
import { freshDirectory } from "../../cli/sandpit.ts";
import type { PlannedChange } from "../../support/swapped-session.ts";
import { everyChange, swappedIdentity, swappedSession } from "../../support/swapped-session.ts";

const disk = new NodeDisk();
const directory = freshDirectory();
let session: Awaited<ReturnType<typeof swappedSession>>;
before(async () => {
  session = await swappedSession(directory, everyChange);
});

const replayed = (from: string): SessionReplay | undefined => replayJournal(disk, from, swappedIdentity)[0];

test("[H4] [P17] a session with swaps of every kind, a rollback by itself and a quarantine replays to the same state and orders", () => {
  const slot = (name: string) => session.built.slots.find((candidate) => candidate.name === name);
  assert.deepEqual(
    ["microprice", "binance", "order-flow-imbalance", "market-maker", "hedge", "momentum"].map((name) => [
      slot(name)?.generation,
      slot(name)?.rollbacks,
      slot(name)?.state,
    ]),
    [
      [2, 0, "running"],
      [2, 0, "running"],
      [3, 1, "running"],
      [3, 0, "running"],
      [2, 0, "running"],
      [2, 0, "running"],
    ],
  );
  assert.equal(slot("binance")?.plugin?.manifest.version, "1.0.1");
  const replay = replayed(directory);
  assert.equal(replay?.divergence, null);
  assert.equal(replay.stateHash, session.stateHash);
  assert.equal(replay.journalledStateHash, session.stateHash);
  assert.equal(replay.orderHash, session.orderHash);
  assert.ok(replay.intents > 0);
});

test("the changes are inputs: without them the same market comes to another state", async () => {
  const plain = await swappedSession(freshDirectory(), []);
  assert.notEqual(plain.stateHash, session.stateHash);
});

const isChange = (type: number, channel: number): boolean =>
  type === RecordType.INPUT_CONTROL && channel === ControlAction.PLUGIN;

/** Passes everything on but what `change` makes of the payload of each change; null holds it back until after the next input. */
function forging(writer: JournalWriter, change: (payload: Buffer) => Buffer | null): JournalWriter {
  let held: (() => number) | null = null;
  const append: JournalWriter["appendUrgent"] = (type, channel, timeNs, source, offset, length) => {
    const pass = (bytes: Uint8Array, at: number, count: number): number =>
      writer.appendUrgent(type, channel, timeNs, bytes, at, count);
    if (!isChange(type, channel)) {
      const code = pass(source, offset, length);
      held?.();
      held = null;
      return code;
    }
    const payload = Buffer.from(Uint8Array.from(source.subarray(offset, offset + length)));
    const forged = change(payload);
    if (forged !== null) return pass(forged, 0, forged.length);
    held = () => pass(payload, 0, payload.length);
    return 1;
  };
  return {
    append: (...record) => writer.append(...record),
    appendUrgent: append,
    commit: () => writer.commit(),
    handOver: () => writer.handOver(),
    sync: () => writer.sync(),
    close: (timeNs, hash) => writer.close(timeNs, hash),
    progress: writer.progress,
  };
}

const isOf = (payload: Buffer, slot: string, action: string): boolean => {
  const input = readPluginInput(payload);
  return input.slot === slot && input.action === action;
};

const replacement: readonly PlannedChange[] = [
  {
    step: 100,
    action: "replace",
    slot: "ewma-volatility",
    module: "ewma-volatility",
    parameters: { decaySeconds: 3 },
  },
];
/** The next frame finds no codec: the change cannot move without showing. */
const stop: readonly PlannedChange[] = [{ step: 500, action: "quarantine", slot: "binance" }];

const forgeries: readonly (readonly [
  string,
  readonly PlannedChange[],
  (payload: Buffer) => Buffer | null,
])[] = [
  [
    "names other parameters",
    replacement,
    (payload) => Buffer.from(payload.toString("utf8").replace('"decaySeconds":3', '"decaySeconds":4')),
  ],
  ["is moved by one input", stop, () => null],
  [
    "does something else",
    everyChange,
    (payload) =>
      isOf(payload, "market-maker", "rollback")
        ? Buffer.from(payload.toString("utf8").replace('"rollback"', '"settle"'))
        : payload,
  ],
];
for (const [title, plan, forge] of forgeries)
  test(`[H4] [J14] a journal whose change ${title} diverges`, async () => {
    const forged = freshDirectory();
    await swappedSession(forged, plan, (writer) => forging(writer, forge));
    const replay = replayed(forged);
    assert.notEqual(replay?.divergence, null);
    assert.notEqual(replay?.stateHash, replay?.journalledStateHash);
  });

test("[H4] [J14] a journal whose change names another module is refused or diverges, one that it does not hold is refused", async () => {
  const { sha256 } = await firstChange();
  const naming = (name: string) => (payload: Buffer) =>
    isOf(payload, "market-maker", "shadow")
      ? Buffer.from(payload.toString("utf8").replace(/"sha256":"[0-9a-f]{64}"/, `"sha256":"${name}"`))
      : payload;
  const other = freshDirectory();
  await swappedSession(other, everyChange, (writer) => forging(writer, naming(sha256 ?? "")));
  assert.throws(() => replayed(other), /is of kind feature, market-maker takes agent|PARAMETER|parameter/);
  const unknown = freshDirectory();
  await swappedSession(unknown, everyChange, (writer) => forging(writer, naming("0".repeat(64))));
  assert.throws(() => replayed(unknown), /names the module 0{64}, which the journal does not hold/);
});

test("[H4] a journal that promotes what was never shadowed is refused", async () => {
  const forged = freshDirectory();
  const forge = (payload: Buffer): Buffer =>
    isOf(payload, "microprice", "settle")
      ? Buffer.from(payload.toString("utf8").replace('"settle"', '"promote"'))
      : payload;
  await swappedSession(forged, everyChange, (writer) => forging(writer, forge));
  assert.throws(
    () => replayed(forged),
    (error) => error instanceof PluginChangeError && error.code === "SANDPIT_PLUGIN_NO_CANDIDATE",
  );
});

/** Each record of the journal, with where it ends in its file. */
function walk(take: (record: RecordCursor, index: number) => void): void {
  const reader = readJournal(disk, directory, inspectJournal(disk, directory, swappedIdentity));
  for (let index = 0; reader.next(); index++) take(reader.record, index);
  reader.close();
}

function payloadOf({ bytes, payloadOffset, payloadBytes }: RecordCursor): Buffer {
  return Buffer.from(bytes.subarray(payloadOffset, payloadOffset + payloadBytes));
}

function firstChange(): Promise<{ readonly sha256: string | null }> {
  const changes: { readonly sha256: string | null }[] = [];
  walk((record) => {
    if (isChange(record.type, record.channel)) changes.push(readPluginInput(payloadOf(record)));
  });
  const [first] = changes;
  return first === undefined ? Promise.reject(new Error("there is no change")) : Promise.resolve(first);
}

interface Cut {
  readonly index: number;
  readonly endByte: number;
  readonly stateHash: string;
}

/** The state after every record that stands within two records of a change, and that of each slot, made by stepping through the whole. */
function cuts(): Cut[] {
  const changed = new Set<number>();
  walk(({ type, channel }, index) => {
    const isNear = isChange(type, channel) || type === RecordType.PLUGIN;
    for (let near = index - 2; isNear && near <= index + 2; near++) changed.add(near);
  });
  const list: Cut[] = [];
  const modules = new JournalledModules();
  let built: BuiltLane | null = null;
  walk((record, index) => {
    if (record.type === RecordType.PLUGIN) modules.take(payloadOf(record));
    else if (record.type === RecordType.CONFIGURATION)
      built = buildLane(readConfigurationRecord(payloadOf(record)).lane, modules.byName, new NullJournal());
    else if (built !== null && isInput(record)) stepRecord(built, record, modules);
    if (built === null || !changed.has(index)) return;
    assertOneEach(built, index);
    list.push({
      index,
      endByte: record.nextOffset,
      stateHash: Buffer.from(stateDigest(built)).toString("hex"),
    });
  });
  return list;
}

/** One plugin in each slot and nothing but a counted second one beside it: no other memory is lent. */
function assertOneEach({ slots, pool }: BuiltLane, index: number): void {
  let lent = 0;
  const plugins = new Set<unknown>();
  for (const slot of slots) {
    // A codec or rule that was stopped would be one too few; the plan stops an agent.
    assert.ok(slot.state === "running" || slot.name === "momentum", `record ${index}: ${slot.name}`);
    assert.ok(slot.plugin !== null && !plugins.has(slot.plugin), `record ${index}: ${slot.name}`);
    plugins.add(slot.plugin);
    lent += slot.shadow === null ? 1 : 2;
  }
  // What was rolled back is given back with the slot's next change.
  const rolledBack = slots.filter(({ rollbacks }) => rollbacks > 0).length;
  assert.ok(
    pool.lentCount >= lent && pool.lentCount <= lent + rolledBack,
    `record ${index}: ${pool.lentCount}`,
  );
}

test("[H4] a crash after any record around a swap leaves one generation in each slot, the one of the records that are there", () => {
  const list = cuts();
  assert.ok(list.length >= 3 * everyChange.length, `${list.length} cuts`);
  const [segment, more] = readdirSync(directory).filter((name) => name.endsWith(".journal"));
  assert.ok(segment !== undefined && more === undefined);
  for (const { index, endByte, stateHash } of list) {
    const cut = freshDirectory();
    cpSync(directory, cut, { recursive: true });
    truncateSync(join(cut, segment), endByte);
    const replay = replayed(cut);
    assert.equal(replay?.divergence, null, `record ${index}`);
    assert.equal(replay.stateHash, stateHash, `record ${index}`);
    assert.equal(replay.journalledStateHash, null);
  }
});
