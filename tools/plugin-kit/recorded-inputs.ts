import type { InputsChoice } from "./lane-inputs.ts";

/**
 * What a plugin of this repository is given in a whole host that trades a market, recorded or generated: frames for a codec, market records
 * for a feature, vectors and order events for an agent, the pool for an ensemble, checks for a rule. Whole records for
 * `PluginUnderTest.give`; the first ones define the instruments. A codec is given Binance's messages.
 */
export async function recordedInputs(name: string, choice: InputsChoice = {}): Promise<Uint8Array[]> {
  // A whole host: loaded by the tests that ask for it.
  const { laneInputs } = await import("./lane-inputs.ts");
  return laneInputs(name, choice);
}
