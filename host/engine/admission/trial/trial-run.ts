import { createHash } from "node:crypto";
import { describeRecord, memoryMapOf } from "../../../../abi/host/index.ts";
import { AdmissionError } from "../admission-error.ts";
import type { LoadedPlugin } from "../../loaded-plugin.ts";
import { MemoryPool } from "../../memory-pool.ts";
import type { ParameterValues } from "../../parameters.ts";
import type { PluginModule } from "../../plugin-module.ts";
import { takeOutputs, trapRefusal } from "./call-outputs.ts";
import { tryState } from "./state-trial.ts";

/** What a module did on its trial. */
export interface TrialResult {
  readonly calls: number;
  /** Instructions of `init`. */
  readonly initGas: number;
  /** Instructions of the dearest call of `handle`. */
  readonly gasMax: number;
  readonly gasMean: number;
  /** The largest part of its budget that a call used, from 0 to 1. */
  readonly budgetPartMax: number;
  readonly records: number;
  readonly outputBytes: number;
  /** Inputs that a venue refused with a code. */
  readonly refusals: number;
  /** SHA-256 in hexadecimal of every call's answer: what it returned, and the bytes that it wrote. */
  readonly digest: string;
  /** Memory and exported globals are all the state that an instance has. */
  readonly hasPlainState: boolean;
}

export interface TrialPlan {
  readonly parameters: ParameterValues;
  readonly events: readonly Uint8Array[];
  /** Stands in the inbox behind each event: what is not of the event is not for the plugin to read. */
  readonly filler: number;
}

/**
 * Makes a fresh instance in a memory of its own, gives it the events one by one, and holds every answer to what the lane would. Throws EngineError
 * for what cannot be instantiated or cannot hand its state over, AdmissionError for the first call that faults.
 */
export function runTrial(module: PluginModule, { parameters, events, filler }: TrialPlan): TrialResult {
  const plugin = module.instantiate(new MemoryPool({ memoriesMax: 1 }), parameters);
  const tally = new Tally(module.manifest.limits.initGas - plugin.exports.gas.value);
  events.forEach((event, index) => {
    try {
      give(plugin, event, filler, tally);
    } catch (error) {
      if (!(error instanceof AdmissionError)) throw error;
      throw new AdmissionError(error.code, `on event ${index} (${nameOf(event)}) ${error.message}`);
    }
  });
  tryState(module, plugin, parameters);
  return { ...tally.result(), hasPlainState: plugin.hasPlainState };
}

function give(plugin: LoadedPlugin, event: Uint8Array, filler: number, tally: Tally): void {
  const { inboxOffset, inboxCapacity } = memoryMapOf(plugin.manifest.kind);
  const template = new DataView(event.buffer, event.byteOffset).getUint16(2, true);
  plugin.u8.fill(filler, inboxOffset + event.length, inboxOffset + Math.min(inboxCapacity, FILLED_BYTES));
  plugin.u8.set(event, inboxOffset);
  const written = call(plugin, template, event.length);
  const { gasBase, gasPerByte } = plugin.manifest.limits;
  const budget = gasBase + gasPerByte * event.length;
  tally.count(written, budget - plugin.exports.gas.value, budget);
  if (!plugin.intact())
    throw new AdmissionError(
      "SANDPIT_ADMISSION_TRIAL_GUARD",
      "it overwrote host-owned words of the control block: build with --memoryBase",
    );
  const { bytes, records } = takeOutputs(plugin, written, template);
  tally.take(bytes, records.length);
}

/** A venue's inbox of a megabyte is not filled whole for each event: what lies near shows what is read beyond the end. */
const FILLED_BYTES = 65_536;

function call(plugin: LoadedPlugin, template: number, lengthBytes: number): number {
  try {
    return plugin.exports.handle(template, lengthBytes);
  } catch (error) {
    throw trapRefusal(plugin, error);
  }
}

function nameOf(event: Uint8Array): string {
  return describeRecord(new DataView(event.buffer, event.byteOffset, event.length), 0)?.name ?? "unknown";
}

class Tally {
  readonly #hash = createHash("sha256");
  readonly #initGas: number;
  readonly #word = new DataView(new ArrayBuffer(4));
  #calls = 0;
  #gasMax = 0;
  #gasSum = 0;
  #budgetPartMax = 0;
  #records = 0;
  #outputBytes = 0;
  #refusals = 0;

  constructor(initGas: number) {
    this.#initGas = initGas;
  }

  count(written: number, gas: number, budget: number): void {
    this.#calls += 1;
    this.#gasMax = Math.max(this.#gasMax, gas);
    this.#gasSum += gas;
    this.#budgetPartMax = Math.max(this.#budgetPartMax, budget === 0 ? 1 : gas / budget);
    if (written < 0) this.#refusals += 1;
    this.#word.setInt32(0, written, true);
    this.#hash.update(new Uint8Array(this.#word.buffer));
  }

  take(bytes: Uint8Array, records: number): void {
    this.#records += records;
    this.#outputBytes += bytes.length;
    this.#hash.update(bytes);
  }

  result(): Omit<TrialResult, "hasPlainState"> {
    return {
      calls: this.#calls,
      initGas: this.#initGas,
      gasMax: this.#gasMax,
      gasMean: this.#calls === 0 ? 0 : Math.round(this.#gasSum / this.#calls),
      budgetPartMax: this.#budgetPartMax,
      records: this.#records,
      outputBytes: this.#outputBytes,
      refusals: this.#refusals,
      digest: this.#hash.digest("hex"),
    };
  }
}
