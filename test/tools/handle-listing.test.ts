import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { handleListing, LISTED, LISTING_PATH, RENEW } from "../../tools/handle-listing.ts";
import { projectRoot } from "../../tools/project-root.ts";

test("the code of a small plugin's handle is as it was reviewed", async () => {
  const listing = await handleListing(LISTED);
  assert.match(listing, /^ \(func \$~lib\/abi\/assembly\/feature\/handle /);
  assert.match(listing, /Feature#dispatch[^]*f64\.div/);
  assert.equal(
    listing,
    readFileSync(join(projectRoot, LISTING_PATH), "utf8"),
    `the compiled code differs: look at the difference that \`${RENEW}\` makes, and commit it if it is wanted`,
  );
});

test("a plugin that is not there has no listing", async () => {
  await assert.rejects(handleListing("nobody"), /there is no plugin nobody/);
});
