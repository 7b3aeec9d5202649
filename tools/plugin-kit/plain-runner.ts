import { instantiateSync } from "@assemblyscript/loader";
import { Control, memoryMapOf } from "../../abi/host/index.ts";
import { customSections, MANIFEST_SECTION, parseManifest, readModule } from "../../host/engine/index.ts";
import type { Manifest, ParameterValues, WasmMemory } from "../../host/engine/index.ts";
import { controlBlockWords } from "../../host/engine/control-block.ts";
import { OffsetMap } from "../../host/engine/meter/offset-map.ts";
import { resolveParameters, writeParameters } from "../../host/engine/parameters.ts";
import { sourcePositionsOf } from "../../host/engine/source-maps.ts";
import type { SourcePositions } from "../../host/engine/source-positions.ts";
import { classifyTrap } from "../../host/engine/trap.ts";
import { stringReader } from "./memory-strings.ts";
import type { StringReader } from "./memory-strings.ts";
import type { PluginRunner } from "./plugin-runner.ts";
import { PluginStoppedError } from "./plugin-stopped-error.ts";

/** Offsets of a module that was not rewritten are what they are. */
const UNCHANGED = new OffsetMap(Uint32Array.of(0, 0));

interface PluginExports extends Record<string, unknown> {
  readonly init: () => void;
  readonly handle: (template: number, lengthBytes: number) => number;
  readonly snapshot?: () => number;
  readonly restore?: (lengthBytes: number) => number;
}

/**
 * Runs a module as it was compiled, by AssemblyScript's loader: no meter, no checks of what it writes. It may `trace`, which a host
 * refuses as an import.
 */
export class PlainRunner implements PluginRunner {
  readonly manifest: Manifest;
  readonly inboxOffset: number;
  readonly inboxCapacity: number;
  readonly outboxOffset: number;
  readonly text: StringReader;
  readonly traces: string[] = [];
  readonly #memory: WasmMemory;
  readonly #exports: PluginExports;
  readonly #positions: SourcePositions | null;

  constructor(bytes: Uint8Array, parameters: ParameterValues) {
    const module = readModule(bytes);
    const [section] = customSections(module, MANIFEST_SECTION);
    if (section === undefined)
      throw new Error(`the module has no section ${MANIFEST_SECTION}: build it again`);
    this.manifest = parseManifest(section);
    const { kind, limits } = this.manifest;
    const values = resolveParameters(this.manifest, parameters);
    const memory = new WebAssembly.Memory({ initial: limits.pages, maximum: limits.pages });
    this.text = stringReader(memory);
    this.#memory = memory;
    this.#positions = sourcePositionsOf(module);
    const trace = (message: number, count: number, ...given: readonly number[]): void => {
      this.traces.push([this.text(message), ...given.slice(0, count)].join(" "));
    };
    const { exports } = instantiateSync<PluginExports>(bytes, { env: { memory, trace } });
    this.#exports = exports;
    new Int32Array(memory.buffer).set(controlBlockWords(kind, this.manifest.parameters.length));
    writeParameters(memory.buffer, this.manifest, values);
    const map = memoryMapOf(kind);
    this.inboxOffset = map.inboxOffset;
    this.inboxCapacity = map.inboxCapacity;
    this.outboxOffset = map.outboxOffset;
    this.#guarded(() => {
      exports.init();
      return 0;
    });
  }

  /** A module that is not metered may grow its memory, which takes the place of the one before. */
  get u8(): Uint8Array {
    return new Uint8Array(this.#memory.buffer);
  }

  gasUsed(): null {
    return null;
  }

  call(template: number, lengthBytes: number): number {
    return this.#guarded(() => this.#exports.handle(template, lengthBytes));
  }

  snapshot(): Uint8Array | null {
    const { snapshot } = this.#exports;
    if (snapshot === undefined) return null;
    const written = this.#guarded(() => snapshot());
    return this.u8.slice(this.outboxOffset, this.outboxOffset + written);
  }

  restore(snapshot: Uint8Array): number | null {
    const { restore } = this.#exports;
    if (restore === undefined) return null;
    this.u8.set(snapshot, this.inboxOffset);
    return this.#guarded(() => restore(snapshot.length));
  }

  close(): void {
    // Its memory goes with it.
  }

  #guarded(run: () => number): number {
    try {
      return run();
    } catch (cause) {
      const { code, reason, at } = classifyTrap(cause, {
        gasLeft: 0,
        depthLeft: 0,
        memory: this.#memory.buffer,
        offsets: UNCHANGED,
        positions: this.#positions,
      });
      const message = reason.startsWith("abort: ")
        ? this.text(new DataView(this.#memory.buffer).getUint32(Control.abortMessage, true))
        : null;
      const text = `plugin ${this.manifest.name} is stopped: ${reason}`;
      throw new PluginStoppedError(text, { code, at, abortMessage: message, cause });
    }
  }
}
