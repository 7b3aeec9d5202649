/** Bytes that a handover holds at most: two seconds of the busiest streams are some hundred kilobytes. */
const HELD_BYTES_MAX = 8 * 1024 * 1024;

/** A frame that waits, with its mark. */
export interface HeldFrame<Mark> {
  readonly mark: Mark | null;
  readonly bytes: Uint8Array;
}

/** Frames of the connection that takes over, until it does. */
export class HeldFrames<Mark> {
  private readonly frames: HeldFrame<Mark>[] = [];
  private heldBytes = 0;

  /** Copies a frame; false when there is no room for more. */
  hold(mark: Mark | null, bytes: Uint8Array, lengthBytes: number): boolean {
    if (this.heldBytes + lengthBytes > HELD_BYTES_MAX) return false;
    this.heldBytes += lengthBytes;
    this.frames.push({ mark, bytes: Uint8Array.from(bytes.subarray(0, lengthBytes)) });
    return true;
  }

  /** Gives them out in order and forgets them. */
  take(): readonly HeldFrame<Mark>[] {
    this.heldBytes = 0;
    return this.frames.splice(0);
  }

  get all(): readonly HeldFrame<Mark>[] {
    return this.frames;
  }
}
