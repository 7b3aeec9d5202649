import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { allowedRequests } from "../../host/execution/signer/process/allowed-requests.ts";
import { signerCodes } from "../../host/execution/signer/signer-error.ts";
import { venueProtocols } from "../../host/execution/signer/signer-key.ts";

const page = readFileSync(new URL("../../docs/security.md", import.meta.url), "utf8");

test("the page has every code of the signer, and no other, once", () => {
  const rows = [...page.matchAll(/^\| `(SANDPIT_SIGNER_\w+)` \|/gm)].map(([, code]) => code ?? "");
  assert.deepEqual(rows.sort(), [...signerCodes].sort());
});

test("the page lists exactly the requests that are signed, with their parameters", () => {
  const rows = [...page.matchAll(/^\| (Binance|Coinbase) \| `([A-Z]+ \/\S+)` \|([^|]*)\|$/gm)].map(
    ([, venue = "", request = "", names = ""]) =>
      `${venue.toLowerCase()} ${request} ${[...names.matchAll(/`(\w+)`/g)].map(([, name]) => name).join()}`,
  );
  const listed = venueProtocols.flatMap((protocol) =>
    allowedRequests[protocol].map(
      ({ method, path, parameters }) => `${protocol} ${method} ${path} ${parameters.join()}`,
    ),
  );
  assert.deepEqual(rows, listed);
});
