import { INBOX_OFFSET, memoryMapOf } from "../abi/host/index.ts";
import { createTrampoline } from "../host/engine/trampoline.ts";
import type { LoadedPlugin, MemoryPool } from "../host/engine/index.ts";
import { MeteringCalls } from "./metering-calls.hot.ts";
import type { PluginInputs } from "./metering-inputs.ts";

/** One way to call a plugin: with its metering, without, or not at all. */
export interface MeteringSide {
  readonly calls: MeteringCalls;
  /** The memory that is in use since the last `reset`. */
  readonly memory: Uint8Array;
  /** Begins anew with a fresh instance, as before the first input. */
  reset(): void;
}

/** The module as the host runs it. */
export class MeteredSide implements MeteringSide {
  readonly calls: MeteringCalls;
  private readonly inputs: PluginInputs;
  private readonly pool: MemoryPool;
  private readonly trampoline = createTrampoline();
  private plugin: LoadedPlugin;

  constructor(inputs: PluginInputs, pool: MemoryPool) {
    this.inputs = inputs;
    this.pool = pool;
    this.plugin = inputs.source.module.instantiate(pool, inputs.source.parameters);
    this.calls = callsOf(inputs, this.trampoline.call, this.plugin.buffer);
    this.aim();
  }

  get memory(): Uint8Array {
    return this.plugin.u8;
  }

  reset(): void {
    const { module, parameters } = this.inputs.source;
    this.plugin.dispose();
    this.plugin = module.instantiate(this.pool, parameters);
    this.aim();
  }

  private aim(): void {
    this.trampoline.table.set(0, this.plugin.exports.handle);
    this.calls.aim(this.plugin.u8, this.plugin.i32);
  }
}

/** The module's bytes as they were given, with the same memory map, control block and parameters. */
export class UnmeteredSide implements MeteringSide {
  readonly calls: MeteringCalls;
  readonly memory: Uint8Array;
  private readonly imports: { readonly env: { readonly memory: InstanceType<typeof WebAssembly.Memory> } };
  private readonly compiled: InstanceType<typeof WebAssembly.Module>;
  private readonly trampoline = createTrampoline();
  /** What lies below the inbox of an instance of the host. */
  private readonly hostWords: Uint8Array;

  constructor(inputs: PluginInputs, metered: MeteringSide) {
    const { pages } = inputs.source.module.manifest.limits;
    const memory = new WebAssembly.Memory({ initial: pages, maximum: pages });
    this.imports = { env: { memory } };
    this.compiled = new WebAssembly.Module(inputs.source.module.bytes);
    this.memory = new Uint8Array(memory.buffer);
    this.hostWords = metered.memory.slice(0, INBOX_OFFSET);
    this.calls = callsOf(inputs, this.trampoline.call, memory.buffer);
    this.reset();
  }

  reset(): void {
    this.memory.fill(0);
    const { exports } = new WebAssembly.Instance(this.compiled, this.imports);
    this.memory.set(this.hostWords);
    (exports["init"] as () => void)();
    this.trampoline.table.set(0, exports["handle"]);
  }
}

/** No module: the same inputs are copied to an inbox, and a function that does nothing is called. What the other two have in common. */
export function idleSide(inputs: PluginInputs, memory: Uint8Array): MeteringSide {
  const buffer = new ArrayBuffer(memory.length);
  return {
    calls: callsOf(inputs, createTrampoline().call, buffer),
    memory: new Uint8Array(buffer),
    reset: () => undefined,
  };
}

function callsOf(inputs: PluginInputs, call: MeteringCalls["call"], buffer: ArrayBuffer): MeteringCalls {
  return new MeteringCalls(inputs, call, memoryMapOf(inputs.kind).inboxOffset, buffer);
}
