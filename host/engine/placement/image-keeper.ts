import type { PluginSlot } from "../plugin-slot.ts";
import { EntryCell } from "./channel-layout.ts";
import type { MemoryImages } from "./memory-image.ts";
import type { RingReader } from "./ring-reader.hot.ts";

/** Takes images of the plugin in a slot; null images: its state cannot be kept, and records are given back as they are consumed. */
export class ImageKeeper {
  private readonly images: MemoryImages | null;
  private readonly slot: PluginSlot;
  private readonly input: RingReader;

  constructor(images: MemoryImages | null, slot: PluginSlot, input: RingReader) {
    this.images = images;
    this.slot = slot;
    this.input = input;
  }

  /** Keeps what the plugin knows after the record at hand. Between two calls. */
  keep(): void {
    const { plugin } = this.slot;
    if (plugin === null) return;
    const sequence = this.input.f64[EntryCell.SEQUENCE] ?? 0;
    this.images?.write(plugin, { position: this.input.cursor, sequence });
  }
}
