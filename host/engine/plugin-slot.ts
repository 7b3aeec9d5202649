import type { PluginKind } from "../../abi/host/index.ts";
import { memoryMapOf } from "../../abi/host/index.ts";
import { FaultCode, REFUSAL_MIN } from "./fault-code.ts";
import type { FaultPlace, PluginFault } from "./fault-code.ts";
import { idleViewsOf } from "./idle-views.ts";
import type { Invoke } from "./invoke-wrapper.ts";
import { createInvoke } from "./invoke-wrapper.ts";
import type { LoadedPlugin } from "./loaded-plugin.ts";
import { usualInputBytes } from "./loaded-plugin.ts";
import type { PluginPort } from "./placement/plugin-port.ts";
import { handOverTo } from "./placement/plugin-port.ts";
import { BESIDE, ShadowRole, ShadowRun } from "./shadow-run.ts";
import { SHADOWED, SlotCounts } from "./slot-counts.ts";
import { besideTaken, inputTooLong, nothingBeside, nothingKept, wrongKind } from "./slot-refusal.ts";
import { faultCounterOf, SlotCounter } from "./slot-counter.ts";
import type { Trampoline } from "./trampoline.ts";
import { createTrampoline } from "./trampoline.ts";

export type SlotState = "empty" | "running" | "faulted";

const OVERWRITTEN = "host-owned words of the control block were overwritten";
const NOWHERE = { template: null, offsetBytes: null, at: null } as const;

/**
 * The place of one plugin in the host. Fill the inbox through the views, then `invoke`; read the outbox through the same views. They change with every swap: read
 * them from the slot in each step and keep none of them across steps.
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
  readonly #counts: SlotCounts = new SlotCounts();
  /** Made for the first shadow and kept. Of a placed plugin its slot holds a stand-in, as this one does. */
  #run: ShadowRun | null = null;
  #isBeside = false;
  /** Failed or replaced plugins, whose memories are given back after the step that stopped them. */
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
      call: port === null ? this.#trampoline.call : handOverTo(port, this),
      ticks: this.#counts.ticks,
      trapped: (error, template) => this.#trapped(error, template),
      settle: (written, template) => this.#settle(written, template),
      sample: (written, template, lengthBytes) => this.#sample(written, template, lengthBytes),
      longInput: (lengthBytes) => this.#longInput(lengthBytes),
      shadowed: (template, lengthBytes) => this.#shadowed(template, lengthBytes),
    });
  }

  /** One word for each SlotCounter, since the slot was made. */
  get counters(): Float64Array {
    return this.#counts.all;
  }

  /** The plugin installed, also after a fault. */
  get plugin(): LoadedPlugin | null {
    return this.#plugin;
  }

  /**
   * Puts a plugin in place and returns the one before, for the caller to keep or dispose of. Between events. Throws SANDPIT_ENGINE_SLOT_KIND, and what
   * `attach` throws; the slot is then as before.
   */
  install(plugin: LoadedPlugin): LoadedPlugin | null {
    if (plugin.manifest.kind !== this.kind) throw wrongKind(this, plugin);
    const previous = this.#put(plugin);
    this.#port?.installed(plugin, this.generation);
    return previous;
  }

  #put(plugin: LoadedPlugin): LoadedPlugin | null {
    plugin.attach();
    const previous = this.#plugin;
    this.#hold(plugin);
    previous?.detach();
    return previous;
  }

  /** From here on calls go to this plugin. */
  #hold(plugin: LoadedPlugin): void {
    this.#trampoline.table.set(0, plugin.exports.handle);
    this.i32 = plugin.i32;
    this.f64 = plugin.f64;
    this.u8 = plugin.u8;
    this.#plugin = plugin;
    this.generation += 1;
    this.state = "running";
    this.lastFault = null;
    this.#isKept = false;
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
    if (this.#port === null || this.state !== "faulted" || !this.#isKept) throw nothingKept(this);
    this.generation += 1;
    this.state = "running";
    this.lastFault = null;
    this.#isKept = false;
    this.#port.resumed(this.generation);
  }

  /** Counts what a placed plugin wrote and the host has put into the outbox. */
  noteOutput(lengthBytes: number): void {
    this.#counts.noteOutput(lengthBytes);
  }

  /** What runs beside the plugin: a candidate or a predecessor; null when nothing does. */
  get shadow(): ShadowRun | null {
    return this.#isBeside ? this.#run : null;
  }

  /** Where a candidate is that was prepared, or what runs beside; null where there is neither. */
  get preparedShadow(): PluginSlot | null {
    return this.#run?.slot.plugin === null ? null : (this.#run?.slot ?? null);
  }

  /** Whether that plugin is ready beside the one in the slot, where that runs. Here it always is. */
  holdsBeside(plugin: LoadedPlugin): boolean {
    return this.#port === null || this.#port.holds(plugin);
  }

  /** Only here the wrapper of each call has to know. */
  #setBeside(isBeside: boolean): void {
    this.#isBeside = isBeside;
    this.#counts.ticks[SHADOWED] = isBeside && this.#port === null ? 1 : 0;
  }

  /** Where a candidate is made ready: a slot of its own, the same for every candidate. Throws SANDPIT_ENGINE_PLUGIN_IN_USE while a second plugin runs. */
  prepareShadow(candidate: LoadedPlugin): PluginSlot {
    if (this.shadow !== null) throw besideTaken(this);
    const run = (this.#run ??= new ShadowRun(new PluginSlot(`${this.name}${BESIDE}`, this.kind)));
    run.begin(candidate, ShadowRole.CANDIDATE);
    return run.slot;
  }

  /** From the next call on the prepared candidate is shown every input and compared. Between events. */
  startShadow(): void {
    this.#setBeside(true);
    this.#port?.shadowed();
  }

  /**
   * Puts the second plugin in place of the first, which goes on beside it: a candidate is promoted and its predecessor kept for probation, or
   * a predecessor put back. A first one that was stopped is kept no longer. Between events.
   */
  promote(): void {
    const run = this.#run;
    if (this.state === "running" && run?.slot.state === "running") {
      this.#exchange(run);
      return;
    }
    const next = run?.slot.state === "running" ? run.slot.uninstall() : null;
    if (run === null || next === null) throw nothingBeside(this);
    this.#setBeside(false);
    const previous = this.#put(next);
    this.#port?.installed(next, this.generation);
    if (previous !== null) this.#retired.push(previous);
  }

  /**
   * Both run, and each takes the other's place: two entries of tables and three views each. Nothing is let go or checked anew, since both are
   * where a plugin may be; this is what holds the events up, and all of it runs seldom, with the caches cold.
   */
  #exchange(run: ShadowRun): void {
    const previous = this.#plugin;
    const next = run.slot.#plugin;
    if (previous === null || next === null) return;
    this.#hold(next);
    run.slot.#hold(previous);
    run.became(ShadowRole.PREDECESSOR);
    if (!this.#isBeside) this.#setBeside(true);
    this.#port?.promoted(next, this.generation);
  }

  /** Ends the run beside, prepared or started: the second plugin is given up. */
  endShadow(): void {
    this.#setBeside(false);
    const second = this.#run?.slot.uninstall() ?? null;
    if (second !== null) this.#retired.push(second);
    this.#port?.settled();
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
    return this.stopAt(code, reason, { ...NOWHERE, template });
  }

  /** As `stop`, with the place where it trapped on another thread. */
  stopAt(code: FaultCode, reason: string, place: FaultPlace): number {
    const wasRunning = this.state === "running";
    const answer = this.#stop(code, reason, place);
    if (this.#canRollBack()) return this.#rollBack();
    if (wasRunning) this.#stopPort();
    return answer;
  }

  /** A candidate goes with the thread that it ran on; an own failure of the stand-in's there is none. */
  #stopPort(): void {
    if (this.#port === null) return;
    if (this.#isBeside) this.endShadow();
    this.#port.stopped();
  }

  /** Stops the plugin because a person says so. Nothing takes over. */
  quarantine(reason: string): void {
    this.endShadow();
    const wasRunning = this.state === "running";
    this.#stop(FaultCode.STOPPED, reason, NOWHERE);
    if (wasRunning) this.#stopPort();
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
    this.#setBeside(false);
    this.rolledBackFault = this.lastFault;
    const failed = this.#put(previous);
    if (failed !== null) this.#retired.push(failed);
    this.rollbacks += 1;
    this.#port?.promoted(previous, this.generation);
    this.#port?.settled();
    this.onRollBack?.();
    return run.written;
  }

  /** A call while a second plugin runs beside: the first one's answer counts, unless it fails and its predecessor is there. */
  #shadowed(template: number, lengthBytes: number): number {
    const run = this.#run;
    this.#counts.ticks[SHADOWED] = 0;
    if (run === null) return this.invoke(template, lengthBytes);
    const isShown = run.takeInput(this, template, lengthBytes);
    const written = this.invoke(template, lengthBytes);
    if (isShown) run.call(template, lengthBytes);
    this.#counts.ticks[SHADOWED] = 1;
    if (this.#canRollBack()) return this.#rollBack();
    if (isShown) run.compare(this, written, template);
    return written;
  }

  #stop(code: FaultCode, reason: string, place: FaultPlace): FaultCode {
    const plugin = this.#plugin;
    if (plugin === null || this.state !== "running") return FaultCode.STOPPED;
    this.#trampoline.table.set(0, this.#trampoline.stopped);
    this.state = "faulted";
    this.#isKept = this.#port !== null;
    // A stand-in has not failed: it may stand for the one that goes on.
    if (this.#port === null) plugin.discard();
    this.#counts.count(faultCounterOf(code));
    const { name, version } = plugin.manifest;
    this.lastFault = { code, reason, plugin: name, version, generation: this.generation, ...place };
    return code;
  }

  /** Checks the host's words of the plugin's control block now, instead of at the next sample. Returns 0 or FaultCode.GUARD. */
  checkGuard(): number {
    const plugin = this.#plugin;
    if (plugin === null || this.state !== "running" || plugin.intact()) return 0;
    return this.#stop(FaultCode.GUARD, OVERWRITTEN, NOWHERE);
  }

  #trapped(error: unknown, template: number): number {
    const plugin = this.#plugin;
    // Only the trampoline can throw while nothing is installed, and it does not: such an error is the host's own.
    if (plugin === null) throw error;
    const { code, reason, offsetBytes, at } = plugin.classify(error);
    return this.#stop(code, reason, { template, offsetBytes, at });
  }

  /** A returned value that is no length: a refusal, the answer of a stopped slot, or a fault. */
  #settle(written: number, template: number): number {
    if (this.state !== "running") {
      this.#counts.count(SlotCounter.FAULTS_STOPPED);
      return FaultCode.STOPPED;
    }
    if (written < 0 && written >= REFUSAL_MIN && this.kind === "venue") {
      this.#counts.count(SlotCounter.REFUSALS);
      return written;
    }
    const reason = `handle returned ${written}, a length is a multiple of 8 from 0 to ${this.outboxCapacity}`;
    return this.#stop(FaultCode.OUTPUT, reason, { ...NOWHERE, template });
  }

  #sample(written: number, template: number, lengthBytes: number): number {
    const plugin = this.#plugin;
    if (plugin === null) return FaultCode.STOPPED;
    if (this.#port !== null) {
      this.#counts.settle();
      return written;
    }
    const { gasBase, gasPerByte } = plugin.manifest.limits;
    this.#counts.sample(gasBase + gasPerByte * lengthBytes - plugin.exports.gas.value);
    if (plugin.intact()) return written;
    return this.#stop(FaultCode.GUARD, OVERWRITTEN, { ...NOWHERE, template });
  }

  #longInput(lengthBytes: number): void {
    if (lengthBytes >= 0 && lengthBytes <= this.inboxCapacity) {
      this.#plugin?.noteInput(lengthBytes);
      return;
    }
    throw inputTooLong(this, lengthBytes);
  }
}
