import assert from "node:assert/strict";
import { test } from "node:test";
import { testHandOver } from "../../../test/support/hand-over-contract.ts";
import { encodeSnapshot, pluginBytes, PluginUnderTest } from "../../../tools/plugin-kit/index.ts";

const HEAD_BYTES = 24;
/** Fields of a snapshot of one instrument that version 1 had not: whether either quote is being replaced. */
const NEW_FIELDS: readonly number[] = [11, 16];

testHandOver("market-maker");

test("[H3] a snapshot of version 1, which knew no replaces, is restored", async () => {
  const bytes = await pluginBytes("market-maker");
  const [before, after] = [new PluginUnderTest(bytes), new PluginUnderTest(bytes)];
  before.feed("InstrumentDefinition", { instrumentId: 1, tickSize: 100 });
  const snapshot = before.snapshot();
  const view = new DataView(snapshot.buffer, snapshot.byteOffset);
  const fields = Array.from({ length: (snapshot.length - HEAD_BYTES) / 8 }, (_, index) =>
    view.getBigInt64(HEAD_BYTES + index * 8, true),
  );
  assert.equal(fields.length, 17);
  assert.equal(
    after.restore(
      encodeSnapshot(
        1,
        fields.filter((_, index) => !NEW_FIELDS.includes(index)),
      ),
    ),
    0,
  );
  assert.deepEqual(after.snapshot(), snapshot);
});
