import assert from "node:assert/strict";
import { test } from "node:test";
import { CoinbaseVenue } from "../../../sim/coinbase/index.ts";
import { coinbaseFaults, coinbaseOptions, FaultError } from "../../../sim/server/index.ts";

/** A venue with one connection of market data and one of the user's, and what was sent to the first. */
function opened() {
  const venue = new CoinbaseVenue(coinbaseOptions({ keys: [], openingBalances: [] }, null));
  const frames: string[] = [];
  const ends: string[] = [];
  const sink = (name: string) => ({
    frame: (payload: string | Uint8Array) => void frames.push(`${name} ${String(payload)}`),
    ping: () => undefined,
    close: (code: number) => void ends.push(`${name} ${code}`),
    tear: () => void ends.push(`${name} torn`),
  });
  const [market, user] = (["marketData", "user"] as const).map((endpoint) => {
    const outcome = venue.connect(endpoint, sink(endpoint), 0);
    return outcome.ok ? outcome.session : assert.fail();
  });
  const faults = coinbaseFaults({ venue, nowNs: () => venue.nowNs, pump: () => undefined }, "there");
  return { venue, faults, frames, ends, market: market ?? assert.fail(), user: user ?? assert.fail() };
}

test("[V1] [M1] [M6] [V20] connections of the line that is named get the fault, others none", () => {
  const { faults, market, user, ends } = opened();
  faults.set("half-open", ["orders"]);
  faults.set("stop-heartbeats", ["market"]);
  faults.set("drop-frames", ["7", "market"]);
  faults.set("double-frames", ["3", "market"]);
  faults.set("swap-frames", ["2", "market"]);
  faults.set("delay-frames", ["20", "market"]);
  faults.set("tear-frame", ["9", "orders"]);
  faults.set("cross-snapshot", []);
  assert.deepEqual([market.connection.halfOpen, user.connection.halfOpen], [false, true]);
  assert.deepEqual([market.stream.heartbeatsOff, user.stream.heartbeatsOff], [true, false]);
  const { dropNext, copyNext, swapNext, extraDelayNs } = market.connection;
  assert.deepEqual([dropNext, copyNext, swapNext, extraDelayNs], [7, 3, 2, 20e6]);
  assert.deepEqual([user.connection.dropNext, user.connection.tearAfterBytes], [0, 9]);
  assert.equal(market.stream.contradictNext, true);
  faults.set("cut", ["market"]);
  assert.deepEqual(ends, ["marketData 1006"]);
});

test("[C7] [C8] [C9] [C10] [V12] [V13] [V14] [V15] faults of requests are on until they are cleared, and listed so", () => {
  const { faults, venue } = opened();
  const lasting = [
    ["reject-orders"],
    ["fail-orders", "2"],
    ["lose-answers"],
    ["cut-answer", "0"],
    ["delay-answers", "100"],
    ["delay-cancels"],
    ["lag-queries"],
    ["refuse-cancels"],
    ["limit", "3"],
    ["clock", "-2000"],
  ] as const;
  for (const [name, ...args] of lasting) faults.set(name, args);
  const on = faults.list().filter(({ isOn }) => isOn);
  assert.deepEqual(
    on.map(({ name }) => name),
    lasting.map(([name]) => name),
  );
  assert.deepEqual([venue.faults.failAfterActing, venue.faults.answerDelayNs], [2, 100e6]);
  assert.deepEqual([venue.faults.refuseRequests, venue.clock.skewMs], [3, -2000]);
  faults.clear();
  assert.deepEqual(
    faults.list().filter(({ isOn }) => isOn),
    [],
  );
});

test("[V11] [V12] a strange message and a strange order are told on the lines where they belong", () => {
  const { faults, frames, user } = opened();
  faults.set("unknown-message", ["market"]);
  assert.match(frames.at(-1) ?? "", /^marketData .*"channel":"weather_reports"/);
  faults.set("strange-order", ["ETH-USD"]);
  assert.match(frames.at(-1) ?? "", /^user .*"channel":"user".*ETH-USD/);
  assert.equal(user.connection.closed, false);
});

test("a fault, an argument or a product that is not there is refused with what there is", () => {
  const { faults } = opened();
  for (const [name, args, reason] of [
    ["earthquake", [], /there has no fault "earthquake"; it has cut, half-open, /],
    ["cut", ["all", "all"], /cut takes \[market\|orders\|all\], not "all all"/],
    ["reject-orders", ["1"], /reject-orders takes no argument/],
    ["clock", [], /MILLISECONDS is missing/],
    ["half-open", ["sideways"], /"sideways" is no line/],
    ["strange-order", ["DOGE-USD"], /there is no product DOGE-USD/],
  ] as const)
    assert.throws(
      () => faults.set(name, args),
      (error) => error instanceof FaultError && reason.test(error.message),
      name,
    );
});
