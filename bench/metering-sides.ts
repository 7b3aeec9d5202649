import { INBOX_OFFSET, memoryMapOf } from "../abi/host/index.ts";
import { createTrampoline } from "../host/engine/trampoline.ts";
import type { LoadedPlugin, MemoryPool, WasmMemory } from "../host/engine/index.ts";
import { MeteringCalls } from "./metering-calls.hot.ts";
import type { PluginInputs } from "./metering-inputs.ts";

/** One way to call a plugin: with its metering, without, or not at all. */
export interface MeteringSide {
  readonly calls: MeteringCalls;
  /** The memory in use from `reset` to `end`. */
  readonly memory: Uint8Array;
  /** Begins anew with a fresh instance, as before the first input. */
  reset(): void;
  /** Gives the memory back. The side that begins next gets the same one: where memory lies changes times by a tenth. */
  end(): void;
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
    this.calls = callsOf(inputs, this.trampoline.call, this.plugin.u8);
    this.end();
  }

  get memory(): Uint8Array {
    return this.plugin.u8;
  }

  reset(): void {
    const { module, parameters } = this.inputs.source;
    this.end();
    this.plugin = module.instantiate(this.pool, parameters);
    this.trampoline.table.set(0, this.plugin.exports.handle);
    this.calls.aim(this.plugin.u8, this.plugin.i32);
  }

  end(): void {
    this.plugin.dispose();
  }
}

/** The module's bytes as they were given, with the same memory map, control block and parameters. */
export class UnmeteredSide implements MeteringSide {
  readonly calls: MeteringCalls;
  private readonly inputs: PluginInputs;
  private readonly pool: MemoryPool;
  private readonly compiled: InstanceType<typeof WebAssembly.Module>;
  private readonly trampoline = createTrampoline();
  /** What the host writes below the inbox. */
  private readonly hostWords: Uint8Array;
  private lent: WasmMemory | null = null;
  private u8: Uint8Array;

  constructor(inputs: PluginInputs, pool: MemoryPool) {
    const { module, parameters } = inputs.source;
    const metered = module.instantiate(pool, parameters);
    this.inputs = inputs;
    this.pool = pool;
    this.compiled = new WebAssembly.Module(module.bytes);
    this.hostWords = metered.u8.slice(0, INBOX_OFFSET);
    this.u8 = metered.u8;
    this.calls = callsOf(inputs, this.trampoline.call, this.u8);
    metered.dispose();
  }

  get memory(): Uint8Array {
    return this.u8;
  }

  reset(): void {
    this.end();
    const memory = this.pool.acquire(this.inputs.source.module.manifest.limits.pages);
    this.lent = memory;
    this.u8 = new Uint8Array(memory.buffer);
    const { exports } = new WebAssembly.Instance(this.compiled, { env: { memory } });
    this.u8.set(this.hostWords);
    (exports["init"] as () => void)();
    this.trampoline.table.set(0, exports["handle"]);
    this.calls.aim(this.u8, new Int32Array(memory.buffer));
  }

  end(): void {
    if (this.lent !== null) this.pool.release(this.lent);
    this.lent = null;
  }
}

/** No module: the same inputs are copied to an inbox, and a function that does nothing is called. What the other two have in common. */
export class IdleSide implements MeteringSide {
  readonly calls: MeteringCalls;
  private readonly pool: MemoryPool;
  private readonly pages: number;
  private lent: WasmMemory | null = null;
  private u8: Uint8Array = new Uint8Array(0);

  constructor(inputs: PluginInputs, pool: MemoryPool) {
    this.pool = pool;
    this.pages = inputs.source.module.manifest.limits.pages;
    this.calls = callsOf(inputs, createTrampoline().call, this.u8);
  }

  get memory(): Uint8Array {
    return this.u8;
  }

  reset(): void {
    this.end();
    const memory = this.pool.acquire(this.pages);
    this.lent = memory;
    this.u8 = new Uint8Array(memory.buffer);
    this.calls.aim(this.u8, new Int32Array(memory.buffer));
  }

  end(): void {
    if (this.lent !== null) this.pool.release(this.lent);
    this.lent = null;
  }
}

function callsOf(inputs: PluginInputs, call: MeteringCalls["call"], u8: Uint8Array): MeteringCalls {
  return new MeteringCalls(inputs, call, memoryMapOf(inputs.kind).inboxOffset, u8);
}
