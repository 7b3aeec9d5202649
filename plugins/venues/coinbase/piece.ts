/** Longest piece of a message in parts: a head has some 200 bytes, a level 110. */
export const PIECE_BYTES_MAX: usize = 4096;

/** What is read beyond the end of the bytes, in whole words. */
const SLACK_BYTES: usize = 64;

/**
 * What the parts so far have left unfinished, with room for the bytes that may finish it:
 *
 * ```
 *   start           start + length          joined
 *     │ unfinished piece │ from the next part │
 *     └──── at most ─────┴──── at most ───────┘
 *          4,096 bytes        4,096 bytes
 * ```
 */
export class Piece {
  static readonly start: usize = heap.alloc(2 * PIECE_BYTES_MAX + SLACK_BYTES);
  static length: usize = 0;

  /** Puts the beginning of the next part behind the piece. Returns the place after it. */
  static join(start: usize, end: usize): usize {
    const taken = min<usize>(end - start, PIECE_BYTES_MAX);
    memory.copy(Piece.start + Piece.length, start, taken);
    return Piece.start + Piece.length + taken;
  }

  /** Keeps the bytes from `p` to `end`, at most PIECE_BYTES_MAX, wherever they stand. */
  static keep(p: usize, end: usize): void {
    Piece.length = end - p;
    memory.copy(Piece.start, p, Piece.length);
  }
}
