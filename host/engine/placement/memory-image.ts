import { INBOX_OFFSET, PAGE_BYTES } from "../../../abi/host/index.ts";
import type { LoadedPlugin } from "../loaded-plugin.ts";
import type { Manifest } from "../manifest.ts";

/** Globals of a module that an image has room for, 16 bytes each. */
const IMAGE_GLOBALS_MAX = 1024;
const GLOBALS_OFFSET = 64;
/** Header and globals of an image. */
const IMAGE_HEAD_BYTES: number = GLOBALS_OFFSET + 16 * IMAGE_GLOBALS_MAX;
/** Before the images: word 0 says which of them is whole, 1 or 2; 0 while none is. */
const FIRST_BYTES = 64;
const NUMBER = 1;
const BIG_INTEGER = 2;

/*
 Each plugin of a channel has a memory of its own for its images: the one in place, and the one beside it. Only the one in place writes there, and what it left
 is cleared when another takes its place: so an image that is whole is always of the plugin that is in place, and stands where its input can go on.

   word 0, which image is whole │ 60 bytes unused │ image 1 │ image 2

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

/** Makes the memory of a plugin's images; null where its state cannot be kept: a part of it cannot be seen, or its globals find no room. The pages are touched by who writes there. */
export function imagesMemoryOf(plugin: LoadedPlugin): SharedArrayBuffer | null {
  if (!plugin.hasPlainState || plugin.exports.state.length > IMAGE_GLOBALS_MAX) return null;
  return new SharedArrayBuffer(FIRST_BYTES + 2 * imageBytesOf(plugin.manifest));
}

/** Whether there is a whole image. */
export function hasImage(memory: SharedArrayBuffer): boolean {
  return Atomics.load(new Int32Array(memory, 0, 1), 0) !== 0;
}

function imageBytesOf({ limits }: Manifest): number {
  return IMAGE_HEAD_BYTES + limits.pages * PAGE_BYTES - INBOX_OFFSET;
}

/** The two images of a plugin. One is written while the other is whole, so that a worker that dies on the way leaves one behind. */
export class MemoryImages {
  private readonly memory: SharedArrayBuffer;
  private readonly imageBytes: number;
  private readonly control: Int32Array;

  constructor(memory: SharedArrayBuffer, manifest: Manifest) {
    this.memory = memory;
    this.imageBytes = imageBytesOf(manifest);
    this.control = new Int32Array(memory, 0, 1);
  }

  /** Keeps what the plugin knows, between two calls. */
  write(plugin: LoadedPlugin, { position, sequence }: ImagePlace): void {
    const next = this.which === 1 ? 2 : 1;
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
    Atomics.store(this.control, 0, next);
  }

  /** The plugin is no longer in place: what it knew then is of no use. */
  clear(): void {
    Atomics.store(this.control, 0, 0);
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
    const which = Atomics.load(this.control, 0);
    return which === 1 || which === 2 ? which : 0;
  }

  private viewOf(which: number): DataView {
    return new DataView(this.memory, this.offsetOf(which), IMAGE_HEAD_BYTES);
  }

  private bytesOf(which: number): Uint8Array {
    const length = this.imageBytes - IMAGE_HEAD_BYTES;
    return new Uint8Array(this.memory, this.offsetOf(which) + IMAGE_HEAD_BYTES, length);
  }

  private offsetOf(which: number): number {
    return FIRST_BYTES + (which - 1) * this.imageBytes;
  }
}
