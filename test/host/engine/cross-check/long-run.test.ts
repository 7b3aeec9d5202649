import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { crossCheck } from "../../../../host/engine/cross-check/index.ts";
import { recordedInputs } from "../../../../tools/plugin-kit/index.ts";
import { bundledModules } from "../../../support/bundled-modules.ts";
import { coinbaseInputs } from "../../../support/coinbase-inputs.ts";
import { isWasmtimeHere, wasmtime } from "../../../support/second-engine.ts";
import { planOf } from "./linked-plugin.ts";

/**
 * How many events each bundled plugin is given in both engines: `SANDPIT_CROSS_CHECK_EVENTS=100000 node --test test/host/engine/cross-check/long-run.test.ts`.
 * A minute; without the variable it is left out.
 */
const EVENTS = Number(process.env["SANDPIT_CROSS_CHECK_EVENTS"] ?? 0);
const data = process.env["SANDPIT_DATA"] ?? join(import.meta.dirname, "../../../../../shared/data");
/** The second goes on where the first, which has the snapshot, ends. */
const recordings = ["20240808", "20240809"].map((day) => join(data, `binance/spot-btcusdt_${day}.gz`));
/** Of a generated market, where there is no recording. */
const GENERATED_SECONDS = 120;

/** Why the run is left out, or false. */
function skipReason(): string | false {
  if (EVENTS === 0) return "SANDPIT_CROSS_CHECK_EVENTS names no number of events";
  return isWasmtimeHere ? false : "the optional package wasmtime has no build for this machine";
}

/** What a plugin is given in a whole host that trades the market. */
async function inputsOf(name: string): Promise<Uint8Array[]> {
  if (name === "coinbase") return coinbaseInputs();
  const market = recordings.every((path) => existsSync(path))
    ? { recordings }
    : { generatedSeconds: GENERATED_SECONDS };
  const inputs = await recordedInputs(name, { ...market, inputsMax: EVENTS });
  assert.ok(inputs.length >= 100, `${name}: ${inputs.length} inputs`);
  return inputs;
}

test(
  "every bundled plugin answers a long market alike in both engines",
  { skip: skipReason() },
  async (context) => {
    for (const [name, bytes] of await bundledModules()) {
      const inputs = await inputsOf(name);
      // Again from the first where they are too few: the plugin's state goes on.
      const events = Array.from(
        { length: EVENTS },
        (_, index) => inputs[index % inputs.length] ?? new Uint8Array(0),
      );
      const { state, text } = crossCheck(planOf(bytes, events), wasmtime);
      context.diagnostic(`${name}: ${inputs.length} inputs; ${text}`);
      assert.equal(state, "agrees", `${name}: ${text}`);
    }
  },
);
