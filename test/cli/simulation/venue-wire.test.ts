import assert from "node:assert/strict";
import { test } from "node:test";
import { openMarket } from "../../../cli/backtest/backtest-market.ts";
import { simulatedKeys } from "../../../cli/simulation/simulated-account.ts";
import { VenueWire } from "../../../cli/simulation/venue-wire.ts";
import { VirtualClock } from "../../../host/platform/index.ts";

test("[V1] a ping is answered while the connection lives, and not any more once it has fallen silent", async () => {
  const { venues, startWallMs } = await openMarket({
    recordings: [],
    generatedSeconds: 1,
    seed: 1,
    latencyNs: 0,
    publicKeyPem: simulatedKeys().publicKeyPem,
  });
  const [venue] = venues;
  assert.ok(venue !== undefined);
  const clock = new VirtualClock(startWallMs);
  const wire = new VenueWire(venue, clock);
  let alive = 0;
  const connection = wire.connect("ws://venue/ws-api/v3", {
    onOpen: () => undefined,
    onMessage: () => undefined,
    onAlive: () => (alive += 1),
    onClose: () => undefined,
  });
  connection.ping();
  wire.deliver(clock.nowNs);
  assert.equal(alive, 1);
  for (const session of venue.sessions) venue.faults.halfOpen(session);
  connection.ping();
  wire.deliver(clock.nowNs);
  assert.equal(alive, 1);
});
