import type { PluginKind } from "../../abi/host/index.ts";
import { memoryMapOf } from "../../abi/host/index.ts";
import { EngineError } from "./engine-error.ts";
import { FaultCode, REFUSAL_MIN } from "./fault-code.ts";
import type { PluginFault } from "./fault-code.ts";
import { idleViewsOf } from "./idle-views.ts";
import type { Invoke } from "./invoke-wrapper.ts";
import { createInvoke } from "./invoke-wrapper.ts";
import type { LoadedPlugin } from "./loaded-plugin.ts";
import { usualInputBytes } from "./loaded-plugin.ts";
import type { PluginPort } from "./placement/plugin-port.ts";
import { BESIDE, ShadowRole, ShadowRun } from "./shadow-run.ts";
import { faultCounterOf, SLOT_COUNTERS, SlotCounter } from "./slot-counter.ts";
import type { Trampoline } from "./trampoline.ts";
import { createTrampoline } from "./trampoline.ts";

export type SlotState = "empty" | "running" | "faulted";

const OVERWRITTEN = "host-owned words of the control block were overwritten";
/** In `ticks`: calls, output bytes, and whether a second plugin runs beside. */
const TICKS = 3;
const OUTPUT_BYTES = 1;
const SHADOWED = 2;

/**
 * The place of one plugin in the host. Fill the inbox through the views, then `invoke`; read the outbox
 * through the same views. The views change with every swap, so read them from the slot in each step and keep
 * none of them across steps.
 */
export class PluginSlot {
  readonly name: string;
  readonly kind: PluginKind;
  /** Views over the memory of the current instance. */
  i32: Int32Array;
  f64: Float64Array;
  u8: Uint8Array;
  /** Offsets in words of four bytes. */
  readonly inboxWord: number;
  readonly outboxWord: number;
  /** In bytes. */
  readonly inboxOffset: number;
  readonly outboxOffset: number;
  readonly inboxCapacity: number;
  readonly outboxCapacity: number;
  /** Rises by one with every installation; 0 before the first. */
  generation = 0;
  state: SlotState = "empty";
  readonly invoke: Invoke;
  /** What stopped the plugin last; null before the first fault and after an installation. */
  lastFault: PluginFault | null = null;
  #plugin: LoadedPlugin | null = null;
  readonly #trampoline: Trampoline;
  readonly #counters: Float64Array = new Float64Array(SLOT_COUNTERS);
  /** What the wrapper counts, and how much of it stands in the counters. */
  readonly #ticks: Int32Array = new Int32Array(TICKS);
  readonly #ticksCounted: Int32Array = new Int32Array(TICKS);
  /** Made for the first shadow and kept. */
  #run: ShadowRun | null = null;
  /** Failed or replaced plugins whose memories are still to be given back: not in the step that stopped them. */
  readonly #retired: LoadedPlugin[] = [];
  /** How often the predecessor of a plugin on probation took over. */
  rollbacks = 0;
  /** The fault of the plugin that was rolled back last. */
  rolledBackFault: PluginFault | null = null;
  /** Called when a predecessor has taken over by itself: what its manifest says holds again. */
  onRollBack: (() => void) | null = null;
  /** Where the plugin runs, if not here. */
  readonly #port: PluginPort | null;
  /** Of a placed plugin that has failed: whether what it must not miss goes on being handed over. */
  #isKept = false;
  /** `port`: the plugin is placed elsewhere. Calls then hand the record over and answer 0; the installed instance is never called. */
  constructor(name: string, kind: PluginKind, port: PluginPort | null = null) {
    const map = memoryMapOf(kind);
    const idle = idleViewsOf(kind);
    this.name = name;
    this.kind = kind;
    this.i32 = idle.i32;
    this.f64 = idle.f64;
    this.u8 = idle.u8;
    this.inboxWord = map.inboxOffset >>> 2;
    this.outboxWord = map.outboxOffset >>> 2;
    this.inboxOffset = map.inboxOffset;
    this.outboxOffset = map.outboxOffset;
    this.inboxCapacity = map.inboxCapacity;
    this.outboxCapacity = map.outboxCapacity;
    this.#port = port;
    this.#trampoline = createTrampoline();
    this.invoke = createInvoke(usualInputBytes(kind), map.outboxCapacity, {
      call:
        port === null ? this.#trampoline.call : (template, length) => this.#handOver(port, template, length),
      ticks: this.#ticks,
      trapped: (error, template) => this.#trapped(error, template),
      settle: (written, template) => this.#settle(written, template),
      sample: (written, template, lengthBytes) => this.#sample(written, template, lengthBytes),
      longInput: (lengthBytes) => this.#longInput(lengthBytes),
      shadowed: (template, lengthBytes) => this.#shadowed(template, lengthBytes),
    });
  }

  /** One word for each SlotCounter, since the slot was made. */
  get counters(): Float64Array {
    this.#countTicks(0, SlotCounter.CALLS);
    this.#countTicks(1, SlotCounter.OUTPUT_BYTES);
    return this.#counters;
  }

  /** The plugin installed, also after a fault. */
  get plugin(): LoadedPlugin | null {
    return this.#plugin;
  }

  /**
   * Puts a plugin in place and returns the one before, for the caller to keep or dispose of. To be called
   * between events. Throws SANDPIT_ENGINE_SLOT_KIND, and what `attach` throws; the slot is then as before.
   */
  install(plugin: LoadedPlugin): LoadedPlugin | null {
    if (plugin.manifest.kind !== this.kind) {
      const text = `slot ${this.name} takes a plugin of kind ${this.kind}, ${plugin.manifest.name} is of kind ${plugin.manifest.kind}`;
      throw new EngineError("SANDPIT_ENGINE_SLOT_KIND", text);
    }
    plugin.attach();
    const previous = this.#plugin;
    this.#trampoline.table.set(0, plugin.exports.handle);
    this.i32 = plugin.i32;
    this.f64 = plugin.f64;
    this.u8 = plugin.u8;
    this.#plugin = plugin;
    this.generation += 1;
    this.state = "running";
    this.lastFault = null;
    this.#isKept = false;
    previous?.detach();
    this.#port?.installed(plugin, this.generation);
    return previous;
  }

  /** Whether the plugin runs elsewhere. */
  get isPlaced(): boolean {
    return this.#port !== null;
  }

  /** A placed plugin that has failed and may go on with what it knew: its order events wait for it. */
  get isKept(): boolean {
    return this.#isKept;
  }

  /** A placed plugin that failed goes on with what it knew, as another generation: what the failed one still says counts for nothing. Between events. */
  resume(): void {
    if (this.#port === null || this.state !== "faulted" || !this.#isKept) {
      const text = `slot ${this.name} is ${this.state} and has no plugin that could go on: install one`;
      throw new EngineError("SANDPIT_ENGINE_PLUGIN_IN_USE", text);
    }
    this.generation += 1;
    this.state = "running";
    this.lastFault = null;
    this.#isKept = false;
    this.#port.resumed(this.generation);
  }

  /** Counts what a placed plugin wrote and the host has put into the outbox. */
  noteOutput(lengthBytes: number): void {
    this.#ticks[OUTPUT_BYTES] = ((this.#ticks[OUTPUT_BYTES] ?? 0) + lengthBytes) | 0;
  }

  /** What runs beside the plugin: a candidate or a predecessor; null when nothing does. */
  get shadow(): ShadowRun | null {
    return this.#ticks[SHADOWED] === 0 ? null : this.#run;
  }

  /**
   * Where a candidate is made ready before it is shown anything: an own slot, the same for every candidate of this slot. Throws
   * SANDPIT_ENGINE_PLUGIN_IN_USE while a second plugin runs: end that first.
   */
  prepareShadow(candidate: LoadedPlugin): PluginSlot {
    if (this.shadow !== null) {
      const text = `slot ${this.name} already has a second plugin beside it: promote it, drop it or end the probation first`;
      throw new EngineError("SANDPIT_ENGINE_PLUGIN_IN_USE", text);
    }
    const run = (this.#run ??= new ShadowRun(new PluginSlot(`${this.name}${BESIDE}`, this.kind)));
    run.begin(candidate, ShadowRole.CANDIDATE);
    return run.slot;
  }

  /** From the next call on the prepared candidate is shown every input and compared. Between events. */
  startShadow(): void {
    this.#ticks[SHADOWED] = 1;
  }

  /**
   * Puts the second plugin in place of the first, which goes on beside it: a candidate is promoted and its predecessor kept for probation, or
   * a predecessor put back. A first one that was stopped is kept no longer. Between events.
   */
  promote(): void {
    const run = this.#run;
    const next = run?.slot.state === "running" ? run.slot.uninstall() : null;
    if (run === null || next === null) {
      const text = `slot ${this.name} has no second plugin that runs and could be promoted: deploy one first`;
      throw new EngineError("SANDPIT_ENGINE_PLUGIN_IN_USE", text);
    }
    this.#ticks[SHADOWED] = 0;
    const previous = this.install(next);
    if (previous === null) return;
    if (previous.state !== "ready") {
      this.#retired.push(previous);
      return;
    }
    run.begin(previous, ShadowRole.PREDECESSOR);
    this.#ticks[SHADOWED] = 1;
  }

  /** Ends the run beside, prepared or started: the second plugin is given up. */
  endShadow(): void {
    this.#ticks[SHADOWED] = 0;
    const second = this.#run?.slot.uninstall() ?? null;
    if (second !== null) this.#retired.push(second);
  }

  /** Gives back the memories of plugins that are out of use; see MemoryPool.clean. */
  sweep(): void {
    for (let plugin = this.#retired.pop(); plugin !== undefined; plugin = this.#retired.pop())
      plugin.dispose();
  }

  /** Empties the slot and returns what was in it. */
  uninstall(): LoadedPlugin | null {
    const previous = this.#plugin;
    const idle = idleViewsOf(this.kind);
    this.#trampoline.table.set(0, this.#trampoline.stopped);
    this.i32 = idle.i32;
    this.f64 = idle.f64;
    this.u8 = idle.u8;
    this.#plugin = null;
    this.state = "empty";
    previous?.detach();
    return previous;
  }

  /**
   * Stops the plugin for a reason that its host found after the call, such as a forged record in its outbox. Calls from now on return
   * FaultCode.STOPPED until another plugin is installed.
   *
   * Returns `code`; or, where a predecessor takes over, what that one's call on the same input came to, with its output in the outbox: the
   * caller takes this in place of what was refused.
   */
  stop(code: FaultCode, reason: string, template: number | null = null): number {
    const answer = this.#stop(code, reason, template, null, null);
    return this.#canRollBack() ? this.#rollBack() : answer;
  }

  /** Stops the plugin because a person says so. Nothing takes over. */
  quarantine(reason: string): void {
    this.endShadow();
    this.#stop(FaultCode.STOPPED, reason, null, null, null);
    this.#isKept = false;
  }

  /** Whether one that was in place before runs beside: if the plugin fails, it answers in its place. */
  get hasPredecessor(): boolean {
    const run = this.shadow;
    return run?.role === ShadowRole.PREDECESSOR && run.slot.state === "running";
  }

  #canRollBack(): boolean {
    return this.state === "faulted" && this.hasPredecessor;
  }

  /** The predecessor has been called on the same input already, and nobody has seen what it wrote. */
  #rollBack(): number {
    const run = this.#run;
    const previous = run?.slot.uninstall() ?? null;
    if (run === null || previous === null) return FaultCode.STOPPED;
    this.#ticks[SHADOWED] = 0;
    this.rolledBackFault = this.lastFault;
    const failed = this.install(previous);
    if (failed !== null) this.#retired.push(failed);
    this.rollbacks += 1;
    this.onRollBack?.();
    return run.written;
  }

  /** A call while a second plugin runs beside: the first one's answer counts, unless it fails and its predecessor is there. */
  #shadowed(template: number, lengthBytes: number): number {
    const run = this.#run;
    this.#ticks[SHADOWED] = 0;
    if (run === null) return this.invoke(template, lengthBytes);
    const isShown = run.takeInput(this, template, lengthBytes);
    const written = this.invoke(template, lengthBytes);
    if (isShown) run.call(template, lengthBytes);
    this.#ticks[SHADOWED] = 1;
    if (this.#canRollBack()) return this.#rollBack();
    if (isShown) run.compare(this, written, template);
    return written;
  }

  #stop(
    code: FaultCode,
    reason: string,
    template: number | null,
    offsetBytes: number | null,
    at: string | null,
  ): FaultCode {
    const plugin = this.#plugin;
    if (plugin === null || this.state !== "running") return FaultCode.STOPPED;
    this.#trampoline.table.set(0, this.#trampoline.stopped);
    this.state = "faulted";
    this.#isKept = this.#port !== null;
    // A stand-in has not failed: it may stand for the one that goes on.
    if (this.#port === null) plugin.discard();
    else this.#port.stopped();
    this.#count(faultCounterOf(code));
    const { name, version } = plugin.manifest;
    this.lastFault = {
      code,
      reason,
      plugin: name,
      version,
      generation: this.generation,
      template,
      offsetBytes,
      at,
    };
    return code;
  }

  /**
   * Checks the host's words of the plugin's control block now, instead of at the next sample. Returns 0 or
   * FaultCode.GUARD.
   */
  checkGuard(): number {
    const plugin = this.#plugin;
    if (plugin === null || this.state !== "running" || plugin.intact()) return 0;
    return this.#stop(FaultCode.GUARD, OVERWRITTEN, null, null, null);
  }

  #trapped(error: unknown, template: number): number {
    const plugin = this.#plugin;
    // Only the trampoline can throw while nothing is installed, and it does not: an error here is the host's
    // own.
    if (plugin === null) throw error;
    const trap = plugin.classify(error);
    return this.#stop(trap.code, trap.reason, template, trap.offsetBytes, trap.at);
  }

  /** A returned value that is no length: a refusal, the answer of a stopped slot, or a fault. */
  #settle(written: number, template: number): number {
    if (this.state !== "running") {
      this.#count(SlotCounter.FAULTS_STOPPED);
      return FaultCode.STOPPED;
    }
    if (written < 0 && written >= REFUSAL_MIN && this.kind === "venue") {
      this.#count(SlotCounter.REFUSALS);
      return written;
    }
    const reason = `handle returned ${written}, a length is a multiple of 8 from 0 to ${this.outboxCapacity}`;
    return this.#stop(FaultCode.OUTPUT, reason, template, null, null);
  }

  #handOver(port: PluginPort, template: number, lengthBytes: number): number {
    port.offer(this, template, lengthBytes);
    return 0;
  }

  #sample(written: number, template: number, lengthBytes: number): number {
    const plugin = this.#plugin;
    if (plugin === null) return FaultCode.STOPPED;
    if (this.#port !== null) {
      this.#countTicks(0, SlotCounter.CALLS);
      return written;
    }
    const { gasBase, gasPerByte } = plugin.manifest.limits;
    const used = gasBase + gasPerByte * lengthBytes - plugin.exports.gas.value;
    const { counters } = this;
    counters[SlotCounter.GAS_SAMPLE] = used;
    counters[SlotCounter.GAS_SAMPLE_MAX] = Math.max(counters[SlotCounter.GAS_SAMPLE_MAX] ?? 0, used);
    this.#count(SlotCounter.GAS_SAMPLES);
    if (plugin.intact()) return written;
    return this.#stop(FaultCode.GUARD, OVERWRITTEN, template, null, null);
  }

  #longInput(lengthBytes: number): void {
    if (lengthBytes >= 0 && lengthBytes <= this.inboxCapacity) {
      this.#plugin?.noteInput(lengthBytes);
      return;
    }
    const text = `slot ${this.name}: an input of ${lengthBytes} bytes, the inbox holds ${this.inboxCapacity}: check the length before the copy`;
    throw new EngineError("SANDPIT_ENGINE_INPUT_LENGTH", text);
  }

  #count(counter: number): void {
    this.#counters[counter] = (this.#counters[counter] ?? 0) + 1;
  }

  /** Moves what was ticked since the last time to its counter. Called at each sample, so that 32 bits never wrap unseen. */
  #countTicks(tick: number, counter: number): void {
    const now = this.#ticks[tick] ?? 0;
    this.#counters[counter] =
      (this.#counters[counter] ?? 0) + ((now - (this.#ticksCounted[tick] ?? 0)) >>> 0);
    this.#ticksCounted[tick] = now;
  }
}
