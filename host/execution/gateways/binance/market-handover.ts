import { HeldFrames } from "./held-frames.ts";
import { streamMark } from "./stream-mark.ts";
import type { StreamMark } from "./stream-mark.ts";

/**
 * Keeps a market line without gap and without duplicate while a new connection takes over from an old one [V3].
 *
 * ```
 *  old  ──10──11──12──13──┐          delivered as it comes
 *  new          (12)─(13)─(14)──15── held, then what the old one had not brought
 *                          └ the switch: on every stream the old one has brought what the new one began with;
 *                            for some seconds what it had brought already is left out of what the new one brings
 * ```
 *
 * Two connections of a venue may cut the same updates of a book into different frames, so that frames are compared by ids, not by bytes.
 */
export class MarketHandover {
  private readonly held = new HeldFrames<StreamMark>();
  /** By stream, the last id that the old connection has brought since the handover began. */
  private readonly delivered = new Map<string, number>();
  /** By stream, the id with which the new connection began. */
  private readonly begun = new Map<string, number>();

  /** A frame of the old connection has been delivered. */
  noteOld(bytes: Uint8Array, lengthBytes: number): void {
    const mark = streamMark(bytes, lengthBytes);
    if (mark !== null) this.delivered.set(mark.stream, mark.lastId);
  }

  /** Holds a frame of the new connection; false when no more can be held. */
  holdNew(bytes: Uint8Array, lengthBytes: number): boolean {
    const mark = streamMark(bytes, lengthBytes);
    if (mark !== null && !this.begun.has(mark.stream)) this.begun.set(mark.stream, mark.firstId);
    return this.held.hold(mark, bytes, lengthBytes);
  }

  /** The new connection is gone: what it brought proves nothing of the next one. */
  forgetNew(): void {
    this.held.take();
    this.begun.clear();
  }

  /** Whether the old connection has brought what the new one began with, on each stream that the new one has. */
  get isInSync(): boolean {
    for (const [stream, firstId] of this.begun) if (!(this.lastOf(stream) >= firstId)) return false;
    return true;
  }

  /** What the old connection has not brought, in order. */
  takeRest(): readonly Uint8Array[] {
    return this.held
      .take()
      .filter(({ mark }) => mark === null || mark.lastId > this.lastOf(mark.stream))
      .map(({ bytes }) => bytes);
  }

  /** Whether the old connection has brought a frame that the new one brings after the switch: the old one may have been ahead. */
  isRepeated(bytes: Uint8Array, lengthBytes: number): boolean {
    const mark = streamMark(bytes, lengthBytes);
    return mark !== null && mark.lastId <= this.lastOf(mark.stream);
  }

  private lastOf(stream: string): number {
    return this.delivered.get(stream) ?? Number.NEGATIVE_INFINITY;
  }
}
