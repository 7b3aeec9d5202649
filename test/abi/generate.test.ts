import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { generate } from "../../abi/generate.ts";

for (const [path, text] of generate())
  test(`${path} is what the schema generates: run npm run generate after a change`, () => {
    assert.equal(readFileSync(new URL(`../../${path}`, import.meta.url), "utf8"), text);
  });
