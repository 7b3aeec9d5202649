import assert from "node:assert/strict";
import { test } from "node:test";
import {
  agentIndex,
  bootEpoch,
  clientOrderId,
  instrumentIndex,
  orderIndex,
  SEQUENCE_MAX,
  venueIndex,
} from "../../../../host/execution/orders/index.ts";

test("[C12] identifiers are made within their ranges only", () => {
  assert.deepEqual(clientOrderId(3, SEQUENCE_MAX), { epoch: 3, sequence: SEQUENCE_MAX });
  assert.deepEqual(
    [agentIndex(0), instrumentIndex(65_535), venueIndex(255), orderIndex(9, 10), bootEpoch(1)],
    [0, 65_535, 255, 9, 1],
  );
  assert.throws(() => clientOrderId(3, 0), /sequence is 0/);
  assert.throws(() => clientOrderId(0, 1), /bootEpoch is 0/);
  assert.throws(() => clientOrderId(3, SEQUENCE_MAX + 1), /sequence/);
  assert.throws(() => agentIndex(-1), /agentIndex/);
  assert.throws(() => instrumentIndex(0.5), /instrumentIndex/);
  assert.throws(() => venueIndex(256), /venueIndex/);
  assert.throws(() => orderIndex(10, 10), /from 0 to 9/);
});
