import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { venueWires } from "../../../cli/live/venue-wires.ts";
import { simulationConfiguration } from "../../../cli/simulation/local-configuration.ts";
import { CertificateAuthority } from "../../../sim/server/certificate-authority.ts";
import { freshDirectory } from "../sandpit.ts";

const authority = new CertificateAuthority(Date.now());

function configured(text: string | null) {
  const given = simulationConfiguration(undefined, null, "journal");
  const path = join(freshDirectory(), "ca.pem");
  if (text !== null) writeFileSync(path, text);
  return { ...given, venues: given.venues.map((venue) => ({ ...venue, caFile: path })) };
}

test("a venue with certificates of its own has a wire of its own, others have none", () => {
  assert.deepEqual([...venueWires(configured(authority.certPem)).keys()], ["binance", "coinbase"]);
  assert.equal(venueWires(simulationConfiguration(undefined, null, "journal")).size, 0);
});

test("[O3] a file without certificates, one that is none of an authority, and one that is not there are refused with venue and path", () => {
  const { certPem } = authority.identity(["127.0.0.1"], []);
  for (const [text, reason] of [
    ["nothing", /no certificate in PEM/],
    [certPem, /no authority's/],
    [null, /ENOENT/],
  ] as const)
    assert.throws(
      () => venueWires(configured(text)),
      (error) => {
        assert.ok(error instanceof Error);
        assert.match(error.message, /certificates .*ca\.pem of venue binance cannot be used/);
        assert.match(error.message, reason);
        return true;
      },
    );
});
