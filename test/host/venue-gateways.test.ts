import assert from "node:assert/strict";
import { test } from "node:test";
import { ConfigurationError } from "../../host/control/configuration.ts";
import type { Configuration } from "../../host/control/configuration-shape.ts";
import { Channel, lineOf } from "../../host/execution/gateways/index.ts";
import type { VenueSigners } from "../../host/venue-gateways.ts";
import { venueGateways } from "../../host/venue-gateways.ts";
import { ScriptedWire } from "../support/scripted-wire.ts";
import { twoVenueConfiguration } from "../support/two-venue-session.ts";

const signer = {
  apiKey: "key",
  logon: (): undefined => undefined,
  rest: () => Promise.resolve(""),
  token: () => Promise.resolve(""),
};

function build(configuration: Configuration, signers: VenueSigners) {
  const wire = new ScriptedWire();
  const frames: number[][] = [];
  const gateways = venueGateways(configuration, signers, wire.ports, {
    onFrame: (line, instrumentIndex) => frames.push([line, instrumentIndex]),
    onLine: () => undefined,
    onSecondHalf: () => false,
    onNotice: () => undefined,
  });
  return { wire, frames, gateways };
}

test("each venue has a gateway to its own addresses, for its own instruments by the lane's numbers", () => {
  const configuration = twoVenueConfiguration();
  const venues = configuration.venues.map((venue, index) => ({ ...venue, restUrl: `http://venue-${index}` }));
  const signers = new Map(venues.map(({ name }) => [name, signer]));
  const { wire, frames, gateways } = build({ ...configuration, venues }, signers);
  assert.equal(gateways.length, 2);
  gateways[1]?.requestSnapshot(1);
  assert.match(wire.gets[0]?.url ?? "", /^http:\/\/venue-1\/.*symbol=BTCUSDT/);
  wire.gets[0]?.answer(200, "{}");
  assert.deepEqual(frames, [[lineOf(1, Channel.REST), 1]]);
  assert.throws(() => gateways[1]?.requestSnapshot(0), /no instrument number 0/);
});

test("a venue that nobody signs for is refused by its key", () => {
  const configuration = twoVenueConfiguration();
  const isRefused = (text: RegExp) => (error: unknown) =>
    error instanceof ConfigurationError && text.test(error.message);
  assert.throws(
    () => build(configuration, new Map([["binance", signer]])),
    isRefused(/venues\.1: nobody signs for other/),
  );
});

test("a venue of Coinbase's kind has Coinbase's gateway, at its addresses", () => {
  const configuration = twoVenueConfiguration();
  const [binance] = configuration.venues;
  const { name, plugin, restUrl, key, messageRate } = binance ?? assert.fail();
  const coinbase = {
    ...{ name, plugin, restUrl, key, messageRate },
    kind: "coinbase" as const,
    marketUrl: "wss://market",
    userUrl: "wss://user",
  };
  const instruments = configuration.instruments.slice(0, 1).map((one) => ({ ...one, symbol: "BTC-USD" }));
  const given = { ...configuration, venues: [coinbase], instruments };
  const { wire, gateways } = build(given, new Map([[name, signer]]));
  gateways[0]?.start();
  assert.ok(wire.connections.some(({ url }) => url === "wss://market"));
  gateways[0]?.stop();
});
