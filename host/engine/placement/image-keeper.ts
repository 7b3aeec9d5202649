import type { PluginSlot } from "../plugin-slot.ts";
import { EntryCell } from "./channel-layout.ts";
import { MemoryImages } from "./memory-image.ts";
import type { RingReader } from "./ring-reader.hot.ts";

/** Takes images of the plugin in a slot. Where its state cannot be kept there are none, and records are given back as they are consumed. */
export class ImageKeeper {
  private images: MemoryImages | null;
  private memory: SharedArrayBuffer | null;
  private readonly slot: PluginSlot;
  private readonly input: RingReader;

  constructor(memory: SharedArrayBuffer | null, slot: PluginSlot, input: RingReader) {
    this.slot = slot;
    this.input = input;
    this.memory = memory;
    this.images = this.imagesIn(memory);
  }

  /** Keeps what the plugin knows after the record at hand. Between two calls. */
  keep(): void {
    const { plugin } = this.slot;
    if (plugin === null) return;
    const sequence = this.input.f64[EntryCell.SEQUENCE] ?? 0;
    this.images?.write(plugin, { position: this.input.cursor, sequence });
  }

  /** Another plugin is in the slot, with images of its own. The one before keeps none: first the new one is whole, then the old one is cleared. */
  follow(memory: SharedArrayBuffer | null): void {
    if (memory === this.memory) return;
    const before = this.images;
    this.memory = memory;
    this.images = this.imagesIn(memory);
    this.keep();
    before?.clear();
  }

  private imagesIn(memory: SharedArrayBuffer | null): MemoryImages | null {
    const { plugin } = this.slot;
    return memory === null || plugin === null ? null : new MemoryImages(memory, plugin.manifest);
  }
}
