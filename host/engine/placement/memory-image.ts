import { INBOX_OFFSET } from "../../../abi/host/index.ts";
import type { LoadedPlugin } from "../loaded-plugin.ts";
import type { ChannelMap } from "./channel-layout.ts";
import { ChannelWord, CONTROL_WORDS, IMAGE_GLOBALS_MAX, IMAGE_HEAD_BYTES } from "./channel-layout.ts";

const GLOBALS_OFFSET = 64;
const NUMBER = 1;
const BIG_INTEGER = 2;

/*
 One image: what a plugin knew after the records before `position`.

   byte 0          8          16        24        64                        64 + 16 × globals_max
        ├──────────┼──────────┼─────────┼─────────┼─────────────────────────┼──────────────────────────
        │ position │ sequence │ globals │ 0       │ globals, 16 bytes each: │ the plugin's memory from its
        │ i32, 0   │ f64      │ u32, 0  │         │ 1 f64 or 2 i64, value   │ inbox to its end
*/

/** Where in the input a plugin stands: before the unit `position`, after the record `sequence`. */
export interface ImagePlace {
  readonly position: number;
  readonly sequence: number;
}

/** The two images of a channel. One is written while the other is whole, so that a worker that dies on the way leaves one behind. */
export class MemoryImages {
  private readonly memory: SharedArrayBuffer;
  private readonly map: ChannelMap;
  private readonly control: Int32Array;

  constructor(memory: SharedArrayBuffer, map: ChannelMap) {
    this.memory = memory;
    this.map = map;
    this.control = new Int32Array(memory, 0, CONTROL_WORDS);
  }

  /** Keeps what the plugin knows, between two calls. */
  write(plugin: LoadedPlugin, { position, sequence }: ImagePlace): void {
    const next = Atomics.load(this.control, ChannelWord.IMAGE) === 1 ? 2 : 1;
    const view = this.viewOf(next);
    view.setInt32(0, position, true);
    view.setFloat64(8, sequence, true);
    const { state } = plugin.exports;
    view.setUint32(16, state.length, true);
    for (const [index, { value }] of state.entries()) {
      const at = GLOBALS_OFFSET + 16 * index;
      view.setUint32(at, typeof value === "bigint" ? BIG_INTEGER : NUMBER, true);
      if (typeof value === "bigint") view.setBigInt64(at + 8, value, true);
      else view.setFloat64(at + 8, value, true);
    }
    this.bytesOf(next).set(plugin.u8.subarray(INBOX_OFFSET));
    Atomics.store(this.control, ChannelWord.IMAGE, next);
  }

  /** Where the whole image stands; null while there is none. */
  get place(): ImagePlace | null {
    const which = this.which;
    if (which === 0) return null;
    const view = this.viewOf(which);
    return { position: view.getInt32(0, true), sequence: view.getFloat64(8, true) };
  }

  /** Gives a fresh instance of the same module what the image holds. */
  read(plugin: LoadedPlugin): void {
    const which = this.which;
    if (which === 0) return;
    const view = this.viewOf(which);
    const { state } = plugin.exports;
    for (const [index, global] of state.entries()) {
      const at = GLOBALS_OFFSET + 16 * index;
      const isBig = view.getUint32(at, true) === BIG_INTEGER;
      global.value = isBig ? view.getBigInt64(at + 8, true) : view.getFloat64(at + 8, true);
    }
    plugin.u8.set(this.bytesOf(which), INBOX_OFFSET);
  }

  private get which(): number {
    const which = Atomics.load(this.control, ChannelWord.IMAGE);
    return which === 1 || which === 2 ? which : 0;
  }

  private viewOf(which: number): DataView {
    return new DataView(this.memory, this.offsetOf(which), IMAGE_HEAD_BYTES);
  }

  private bytesOf(which: number): Uint8Array {
    const { imageBytes } = this.map;
    return new Uint8Array(
      this.memory,
      this.offsetOf(which) + IMAGE_HEAD_BYTES,
      imageBytes - IMAGE_HEAD_BYTES,
    );
  }

  private offsetOf(which: number): number {
    return this.map.imageOffset + (which - 1) * this.map.imageBytes;
  }
}

/** Whether memory and globals of a plugin can be kept: nothing of its state is hidden, and its globals find room. */
export function canKeepImage(plugin: LoadedPlugin): boolean {
  return plugin.hasPlainState && plugin.exports.state.length <= IMAGE_GLOBALS_MAX;
}
