import assert from "node:assert/strict";
import { test } from "node:test";
import { OrdStatus } from "../../../../abi/host/index.ts";
import { missingFills } from "../../../../host/execution/orders/index.ts";
import { OrderColumns } from "../../../../host/execution/orders/order-columns.ts";

test("[C4] an order that is over with less filled than the venue says misses a fill, one that is open does not yet", () => {
  const columns = new OrderColumns(64);
  assert.equal(missingFills(columns), 0);
  columns.status[3] = OrdStatus.CANCELED;
  columns.venueCumQty[3] = 5;
  assert.equal(missingFills(columns), 1);
  columns.cumQty[3] = 5;
  assert.equal(missingFills(columns), 0);
  columns.status[9] = OrdStatus.PARTIALLY_FILLED;
  columns.venueCumQty[9] = 2;
  assert.equal(missingFills(columns), 0);
});
