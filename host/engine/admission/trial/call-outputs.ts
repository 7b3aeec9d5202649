import { memoryMapOf, RiskCheck } from "../../../../abi/host/index.ts";
import { AdmissionError } from "../admission-error.ts";
import { FaultCode, REFUSAL_MIN } from "../../fault-code.ts";
import type { LoadedPlugin } from "../../loaded-plugin.ts";
import type { Manifest } from "../../manifest.ts";
import { outputRecords } from "./output-records.ts";
import type { OutputRecord } from "./output-records.ts";
import { valueFault } from "./output-rules.ts";

const NO_BYTES = new Uint8Array(0);

/** What one call wrote, in a copy that nobody else has. */
export interface CallOutputs {
  readonly bytes: Uint8Array;
  readonly records: readonly OutputRecord[];
}

/**
 * Copies what a call of `handle` says that it wrote, and holds the copy to everything that the host holds it to in the lane. A venue may
 * refuse an input. Throws AdmissionError.
 */
export function takeOutputs(plugin: LoadedPlugin, written: number, template: number): CallOutputs {
  const { manifest } = plugin;
  const { outboxOffset, outboxCapacity } = memoryMapOf(manifest.kind);
  if (written < 0 && written >= REFUSAL_MIN && manifest.kind === "venue")
    return { bytes: NO_BYTES, records: [] };
  if (written < 0 || written > outboxCapacity || written % 8 !== 0)
    throw new AdmissionError(
      "SANDPIT_ADMISSION_TRIAL_OUTPUT",
      `handle returned ${written}, a length is a multiple of 8 from 0 to ${outboxCapacity}`,
    );
  const bytes = plugin.u8.slice(outboxOffset, outboxOffset + written);
  const records = outputRecords(bytes);
  if (records === null)
    throw new AdmissionError("SANDPIT_ADMISSION_TRIAL_OUTPUT", "what was written is no sequence of records");
  checkRecords(records, manifest, template);
  return { bytes, records };
}

function checkRecords(records: readonly OutputRecord[], manifest: Manifest, template: number): void {
  const { writes, limits } = manifest;
  const stranger = records.find(({ name }) => !writes.includes(name));
  if (stranger !== undefined)
    refuseRecord(`it wrote ${stranger.name}, which is not in the manifest's writes (${writes.join(", ")})`);
  if (records.length > limits.outputs)
    throw new AdmissionError(
      "SANDPIT_ADMISSION_TRIAL_COUNT",
      `it wrote ${records.length} records in one call, limits.outputs is ${limits.outputs}`,
    );
  checkAnswer(records, manifest, template);
  for (const record of records) {
    const fault = valueFault(record, manifest);
    if (fault !== null)
      throw new AdmissionError("SANDPIT_ADMISSION_TRIAL_VALUE", `it wrote a ${record.name} whose ${fault}`);
  }
}

/** A rule answers each check with one verdict: silence is no approval. An ensemble has one opinion at a time. */
function checkAnswer(records: readonly OutputRecord[], { kind }: Manifest, template: number): void {
  if (kind === "risk" && template === RiskCheck.templateId && records.length !== 1)
    refuseRecord(`it answered a RiskCheck with ${records.length} verdicts instead of one`);
  if (kind === "ensemble" && records.length > 1)
    refuseRecord(`it wrote ${records.length} combined signals in one call, the host takes one`);
}

function refuseRecord(text: string): never {
  throw new AdmissionError("SANDPIT_ADMISSION_TRIAL_RECORD", text);
}

/** The refusal for a call that threw. */
export function trapRefusal(plugin: LoadedPlugin, error: unknown): AdmissionError {
  const { code, reason } = plugin.classify(error);
  if (code === FaultCode.GAS) return new AdmissionError("SANDPIT_ADMISSION_TRIAL_GAS", reason);
  if (code === FaultCode.DEPTH) return new AdmissionError("SANDPIT_ADMISSION_TRIAL_DEPTH", reason);
  return new AdmissionError("SANDPIT_ADMISSION_TRIAL_TRAP", reason);
}
