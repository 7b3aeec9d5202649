import { FeatureVector, HEADER_BYTES } from "../../../../abi/host/index.ts";
import type { LoadedPlugin, PluginModule } from "../../../../host/engine/index.ts";
import {
  carryState,
  ENTRY_HEADER_BYTES,
  EntryWord,
  handOverOf,
  MemoryPool,
  PlacedKind,
  PluginChannel,
  PluginSlot,
} from "../../../../host/engine/index.ts";
import { stopPlaced } from "../../../../host/lane/placed-fault.ts";
import { LocalThreads, turn } from "../../../support/local-threads.ts";
import { setMood } from "../moody-plugin.ts";

/** A slot under the same changes and inputs, wherever its plugin runs. */
export interface SwapUnderTest {
  readonly slot: PluginSlot;
  /** What came out, as the words of each output, and the generation that it was taken under. */
  readonly outputs: string[];
  call(word: number): void;
  /** Makes a candidate ready with what the plugin knows, and has it compared. */
  shadow(): Promise<void>;
  promote(): void;
  settle(): void;
  /** Tells the plugin in place, or the one beside, what to do from now on. */
  setMood(mood: number, isBeside: boolean): void;
  counts(): number[];
}

abstract class Swapped implements SwapUnderTest {
  abstract readonly slot: PluginSlot;
  readonly outputs: string[] = [];
  protected readonly module: PluginModule;
  readonly pool: MemoryPool = new MemoryPool();

  constructor(module: PluginModule) {
    this.module = module;
  }

  protected invoke(word: number): number {
    const { i32, inboxWord } = this.slot;
    i32[inboxWord] = word;
    i32[inboxWord + ((HEADER_BYTES + FeatureVector.instrumentId) >> 2)] = 1;
    return this.slot.invoke(FeatureVector.templateId, HEADER_BYTES + FeatureVector.blockLength);
  }

  protected note(words: Int32Array): void {
    this.outputs.push(`${this.slot.generation}: ${words.join(" ")}`);
  }

  promote(): void {
    this.slot.promote();
  }

  settle(): void {
    this.slot.endShadow();
  }

  abstract call(word: number): void;
  abstract shadow(): Promise<void>;
  abstract setMood(mood: number, isBeside: boolean): void;
  abstract counts(): number[];
}

export class InlineSwap extends Swapped {
  readonly slot: PluginSlot;

  constructor(module: PluginModule) {
    super(module);
    this.slot = new PluginSlot("place", module.manifest.kind);
    this.slot.install(module.instantiate(this.pool));
  }

  call(word: number): void {
    const written = this.invoke(word);
    const { i32, outboxWord } = this.slot;
    if (written > 0) this.note(i32.slice(outboxWord, outboxWord + (written >> 2)));
  }

  shadow(): Promise<void> {
    const candidate = this.module.instantiate(this.pool);
    const live = this.slot.plugin;
    this.slot.prepareShadow(candidate);
    if (live !== null) carryState(live, candidate, handOverOf(live, candidate));
    this.slot.startShadow();
    return Promise.resolve();
  }

  setMood(mood: number, isBeside: boolean): void {
    const place = isBeside ? this.slot.shadow?.slot : this.slot;
    if (place !== undefined) setMood(place, mood);
  }

  counts(): number[] {
    return [...(this.slot.shadow?.counts ?? [])];
  }
}

/** On a thread that the test pumps; what it says is taken as the lane takes it. */
export class ThreadSwap extends Swapped {
  readonly slot: PluginSlot;
  readonly threads: LocalThreads = new LocalThreads();
  readonly channel: PluginChannel;
  refused = 0;

  constructor(module: PluginModule) {
    super(module);
    this.channel = new PluginChannel({
      name: "place",
      overflow: "drop",
      deadlineNs: 10e6,
      ringBytes: 65_536,
      instrumentCount: 1,
      nowNs: new Float64Array(1),
      start: this.threads.start,
      wake: () => undefined,
    });
    this.slot = new PluginSlot("place", module.manifest.kind, this.channel);
    this.slot.install(module.instantiate(this.pool));
  }

  call(word: number): void {
    this.invoke(word);
    this.run();
  }

  /** A vector with that bid. */
  vector(bidPrice: number): void {
    const { i32, inboxWord } = this.slot;
    i32[inboxWord + ((HEADER_BYTES + FeatureVector.bidPrice) >> 2)] = bidPrice;
    this.call(0);
  }

  /** Hands a record over that nobody handles yet. */
  offer(word: number): void {
    this.invoke(word);
  }

  /** Has the thread work, and takes what it says. */
  run(): void {
    for (let round = 0; round < 3; round++) {
      while (this.threads.pump() > 0);
      this.take();
    }
  }

  take(): void {
    while (this.channel.next()) {
      const { entry, entryBytes } = this.channel;
      const words = new Int32Array(entry.slice(0, entryBytes).buffer);
      if (words[EntryWord.GENERATION] !== this.slot.generation || this.slot.state !== "running") {
        this.refused += 1;
        continue;
      }
      const kind = words[EntryWord.KIND];
      if (kind === PlacedKind.OUTPUT) this.note(words.subarray(ENTRY_HEADER_BYTES >> 2));
      else {
        const place = kind === PlacedKind.BESIDE_FAULT ? this.slot.shadow?.slot : this.slot;
        if (place !== undefined)
          stopPlaced(place, words[EntryWord.CODE] ?? 0, entry, ENTRY_HEADER_BYTES, entryBytes);
      }
    }
  }

  /** Only made ready. */
  async ready(candidate: LoadedPlugin): Promise<void> {
    const live = this.slot.plugin;
    if (live === null) throw new Error("nothing is installed");
    const answer = this.channel.prepare(candidate, handOverOf(live, candidate), () => undefined);
    this.run();
    await answer;
  }

  async shadow(): Promise<void> {
    const candidate = this.module.instantiate(this.pool);
    await this.ready(candidate);
    this.slot.prepareShadow(candidate);
    this.slot.startShadow();
    this.run();
  }

  override promote(): void {
    super.promote();
    this.run();
  }

  override settle(): void {
    super.settle();
    this.run();
  }

  /** The plugin itself, on its thread. */
  get there(): PluginSlot {
    return this.threads.slot("place");
  }

  setMood(mood: number, isBeside: boolean): void {
    const place = isBeside ? this.there.shadow?.slot : this.there;
    if (place !== undefined) setMood(place, mood);
  }

  counts(): number[] {
    const { shadow } = this.slot;
    if (shadow !== null) this.channel.readShadow(shadow);
    return [...(shadow?.counts ?? [])];
  }

  /** Ends the thread from outside, and lets that be seen. */
  async kill(): Promise<string> {
    this.threads.last("place").end(new Error("terminated"));
    await turn();
    return this.channel.look(0) ?? "";
  }
}
