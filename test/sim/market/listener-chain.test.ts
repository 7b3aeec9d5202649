import assert from "node:assert/strict";
import { test } from "node:test";
import { ListenerChain, MatchingEngine } from "../../../sim/market/index.ts";
import { EventLog, IOC, order } from "./event-log.ts";

test("each listener of a chain is told everything, in the same order", () => {
  const [first, second] = [new EventLog(), new EventLog()];
  const engine = new MatchingEngine({ listener: new ListenerChain([first, second]) });
  engine.submit(order(1, "a", "S", 5, 100), 1);
  engine.submit(order(2, "b", "B", 2, 100), 1);
  engine.submit(order(2, "c", "B", 2, 99, IOC), 1);
  engine.cancel(1, 1, "x");
  const kinds = first.lines.map((line) => line.replace(/ .*/, ""));
  assert.deepEqual(kinds, ["accepted", "accepted", "b", "accepted", "expired", "canceled"]);
  assert.deepEqual(second.lines, first.lines);
  assert.deepEqual(second.told(2), []);
});
