import assert from "node:assert/strict";
import { test } from "node:test";
import { EngineError, engineErrorCodes } from "../../../host/engine/index.ts";

test("every code of the closed list is unique and carries the engine's prefix", () => {
  assert.equal(new Set(engineErrorCodes).size, engineErrorCodes.length);
  for (const code of engineErrorCodes) {
    assert.match(code, /^SANDPIT_(ENGINE|SIGNATURE)_[A-Z_]+$/);
    assert.equal(new EngineError(code, "text").code, code);
  }
});

test("an error tells its section and byte in the text and as fields", () => {
  const cause = new Error("below");
  const error = new EngineError("SANDPIT_ENGINE_MODULE_MALFORMED", "it is broken", {
    offsetBytes: 255,
    section: "code",
    cause,
  });
  assert.equal(error.message, "it is broken (section code, byte 0xff)");
  assert.equal(error.offsetBytes, 255);
  assert.equal(error.section, "code");
  assert.equal(error.cause, cause);
  const plain = new EngineError("SANDPIT_ENGINE_MODULE_MALFORMED", "it is broken");
  assert.deepEqual([plain.message, plain.offsetBytes, plain.section], ["it is broken", null, null]);
});
