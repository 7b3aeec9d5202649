import { readFileSync } from "node:fs";
import { ChannelKind, describeRecord } from "../../abi/host/index.ts";
import type { RecordName } from "../../abi/host/index.ts";
import { FaultCode, keepSourceMap } from "../../host/engine/index.ts";
import type { Manifest, ParameterValues } from "../../host/engine/index.ts";
import { buildPlugins, modulePath } from "../build-plugins.ts";
import { bundledPlugins } from "../plugin-build/plugin-source.ts";
import { tallyCall } from "./call-tally.ts";
import { MeteredRunner } from "./metered-runner.ts";
import { readOutputs } from "./outputs.ts";
import { PlainRunner } from "./plain-runner.ts";
import type { PluginRunner } from "./plugin-runner.ts";
import { PluginStoppedError } from "./plugin-stopped-error.ts";
import { encodeRecord } from "./record-encoder.ts";
import type { Output, RecordFields } from "./record-fields.ts";

const NS_PER_MS = 1e6;

export interface PluginOptions {
  /** By name; what is left out has the manifest's default. */
  readonly parameters?: ParameterValues;
  /** As the host runs it (true, the default), or the module as it was compiled. */
  readonly metered?: boolean;
}

/** What a call came to. */
export interface Answer {
  /** Bytes written; −1 to −999 when a venue codec refused the input. */
  readonly code: number;
  readonly outputs: readonly Output[];
}

/** One instance of a plugin, which is given records and shows what it writes. */
export class PluginUnderTest {
  readonly manifest: Manifest;
  /** Instructions that the last call used; null where the module is not metered. */
  gasUsed: number | null = null;
  readonly #runner: PluginRunner;

  constructor(bytes: Uint8Array, { parameters = {}, metered = true }: PluginOptions = {}) {
    this.#runner = metered ? new MeteredRunner(bytes, parameters) : new PlainRunner(bytes, parameters);
    this.manifest = this.#runner.manifest;
  }

  /** What `trace` has said, in a module that is not metered. */
  get traces(): readonly string[] {
    return this.#runner.traces;
  }

  /** The AssemblyScript string at a pointer of the plugin's memory. */
  text(pointer: number): string | null {
    return this.#runner.text(pointer);
  }

  /** Gives the plugin one record and returns what it wrote. Throws PluginStoppedError, and an Error when it refused the record. */
  feed<Name extends RecordName>(name: Name, fields: RecordFields<Name>): readonly Output[] {
    const { code, outputs } = this.give(encodeRecord(name, fields));
    if (code < 0) throw new Error(`plugin ${this.manifest.name} refused ${name} with code ${code}`);
    return outputs;
  }

  /**
   * Gives an agent a feature vector: features by name, all of those fresh and the others absent, and the vector's other fields. The
   * agent must read FeatureVector.
   */
  see(
    features: Readonly<Record<string, number>>,
    fields: RecordFields<"FeatureVector"> = {},
  ): readonly Output[] {
    const names = this.manifest.features;
    const unknown = Object.keys(features).find((name) => !names.includes(name));
    if (unknown !== undefined)
      throw new Error(
        `${this.manifest.name} is not shown the feature "${unknown}"; its manifest names ${names.join(", ")}`,
      );
    const values = names.map((name) => features[name] ?? 0);
    const freshMask = names.reduce((mask, name, index) => (name in features ? mask + 2 ** index : mask), 0);
    return this.feed("FeatureVector", { values, freshMask, ...fields });
  }

  /** Gives a venue codec one message. A refusal is an answer with its code. */
  frame(message: string | Uint8Array, channelKind: ChannelKind = ChannelKind.MARKET_STREAM): Answer {
    const bytes = Buffer.from(message);
    return this.give(encodeRecord("Frame", { lengthBytes: bytes.length, channelKind }, bytes));
  }

  /** Gives the plugin a whole record, header included, such as one of `recordedInputs`. */
  give(record: Uint8Array): Answer {
    const runner = this.#runner;
    if (record.length > runner.inboxCapacity)
      throw new Error(`a record of ${record.length} bytes does not fit the inbox of ${runner.inboxCapacity}`);
    const header = new DataView(record.buffer, record.byteOffset, record.length);
    const template = header.getUint16(2, true);
    runner.u8.set(record, runner.inboxOffset);
    const startMs = performance.now();
    try {
      const code = runner.call(template, record.length);
      const view = new DataView(runner.u8.buffer);
      const outputs = code <= 0 ? [] : readOutputs(view, runner.outboxOffset, code);
      this.#checkOutputs(outputs);
      return { code, outputs };
    } finally {
      this.#note(header, record.length, (performance.now() - startMs) * NS_PER_MS);
    }
  }

  /** What it hands over to the next version of itself. Throws PluginStoppedError, and an Error where its manifest has no `state`. */
  snapshot(): Uint8Array {
    const written = this.#runner.snapshot();
    this.gasUsed = this.#initGasUsed();
    return written ?? this.#stateless();
  }

  /** Gives it a snapshot, after its definitions. Returns 0, or the code with which it is refused. */
  restore(snapshot: Uint8Array): number {
    const { inboxCapacity } = this.#runner;
    if (snapshot.length > inboxCapacity)
      throw new Error(`a snapshot of ${snapshot.length} bytes does not fit the inbox of ${inboxCapacity}`);
    const code = this.#runner.restore(snapshot);
    this.gasUsed = this.#initGasUsed();
    return code ?? this.#stateless();
  }

  /** Ends the instance. One that is not closed goes with the process. */
  close(): void {
    this.#runner.close();
  }

  /** The lane's checks that need nothing but the manifest. */
  #checkOutputs(outputs: readonly Output[]): void {
    const { writes, limits } = this.manifest;
    const foreign = outputs.find(({ record }) => !writes.includes(record));
    if (foreign !== undefined)
      this.#refuse(`it wrote ${foreign.record}, and its manifest's "writes" has ${writes.join(", ")}`);
    if (outputs.length > limits.outputs)
      this.#refuse(
        `it wrote ${outputs.length} records in one call, "limits.outputs" allows ${limits.outputs}`,
      );
  }

  #stateless(): never {
    throw new Error(`plugin ${this.manifest.name} hands over nothing: its manifest has no "state"`);
  }

  /** The budget is that of `init`, whatever the length. */
  #initGasUsed(): number | null {
    const { gasBase, initGas } = this.manifest.limits;
    const used = this.#runner.gasUsed(0);
    return used === null ? null : used + initGas - gasBase;
  }

  #refuse(reason: string): never {
    const parts = { code: FaultCode.OUTPUT, at: null, abortMessage: null };
    throw new PluginStoppedError(`plugin ${this.manifest.name} is stopped: ${reason}`, parts);
  }

  #note(header: DataView, lengthBytes: number, timeNs: number): void {
    this.gasUsed = this.#runner.gasUsed(lengthBytes);
    if (this.gasUsed === null) return;
    const { name, limits } = this.manifest;
    const gasBudget = limits.gasBase + limits.gasPerByte * lengthBytes;
    const record = describeRecord(header, 0)?.name ?? "of an unknown record";
    tallyCall(name, record, { timeNs, gas: this.gasUsed, gasBudget });
  }
}

/** Builds a plugin of this repository where it is stale, by its name, and loads it. */
export async function openPlugin(name: string, options: PluginOptions = {}): Promise<PluginUnderTest> {
  return new PluginUnderTest(await pluginBytes(name), options);
}

/** The module of a plugin of this repository, built where it is stale; traps in it are told by file and line. */
export async function pluginBytes(name: string): Promise<Uint8Array> {
  const source = bundledPlugins().find(({ manifest }) => manifest.name === name);
  if (source === undefined) {
    const names = bundledPlugins().map(({ manifest }) => manifest.name);
    throw new Error(`there is no plugin "${name}" below plugins/; use one of ${names.join(", ")}`);
  }
  await buildPlugins({ quiet: true, only: [name] });
  const path = modulePath(source);
  keepSourceMap(readFileSync(`${path}.map`, "utf8"));
  return readFileSync(path);
}
