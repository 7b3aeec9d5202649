import assert from "node:assert/strict";
import { test } from "node:test";
import { SecretError, takeSecretVariable } from "../../../../host/platform/secrets/index.ts";

const NAME = "SECRET_ENVIRONMENT_TEST";

test("a variable is there once: whoever asks again is told that it was handed over", () => {
  process.env[NAME] = "open sesame";
  assert.equal(takeSecretVariable(NAME, 100).toString(), "open sesame");
  assert.equal(process.env[NAME], undefined);
  for (const value of [undefined, ""]) {
    if (value !== undefined) process.env[NAME] = value;
    assert.throws(
      () => takeSecretVariable(NAME, 100),
      (error) =>
        error instanceof SecretError &&
        error.code === "ENVIRONMENT_ABSENT" &&
        /handed over once/.test(error.message),
    );
  }
});

test("a variable that is too long is refused, and gone all the same", () => {
  process.env[NAME] = "open sesame";
  assert.throws(
    () => takeSecretVariable(NAME, 10),
    (error) => error instanceof SecretError && error.code === "TOO_LONG" && !error.message.includes("sesame"),
  );
  assert.equal(process.env[NAME], undefined);
});
