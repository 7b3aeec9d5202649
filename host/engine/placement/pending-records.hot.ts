// Hot: used while a ring is full. No allocation.

const NONE = -1;

/**
 * The latest record of each kind and instrument that found no room in a ring, in the order in which the kinds began to wait. A newer record takes
 * the place of the one that waits: a plugin that is behind sees the last state and not the way there.
 *
 * ```
 *  row │ block words …, rowBytes │   one for each template that is conflated and each instrument
 *  queue of rows: head, count, and whether a row is in it
 * ```
 */
export class PendingRecords {
  count: number;
  readonly words: Int32Array;
  /** Time of the record in each row. */
  readonly times: Float64Array;
  readonly templates: Int32Array;
  readonly lengths: Int32Array;
  readonly rowWords: number;
  private readonly queue: Int32Array;
  private readonly isWaiting: Uint8Array;
  private head: number;

  constructor(rows: number, rowBytes: number) {
    this.count = 0;
    this.rowWords = rowBytes >> 2;
    this.words = new Int32Array(rows * this.rowWords);
    this.times = new Float64Array(rows);
    this.templates = new Int32Array(rows);
    this.lengths = new Int32Array(rows);
    this.queue = new Int32Array(rows);
    this.isWaiting = new Uint8Array(rows);
    this.head = 0;
  }

  /** Keeps a record in its row. 1 where it took the place of an older one, else 0; -1 for one that has no room in a row. */
  keep(row: number, template: number, source: Int32Array, sourceWord: number, lengthBytes: number): number {
    if (lengthBytes > this.rowWords << 2) return NONE;
    const first = row * this.rowWords;
    const count = (lengthBytes + 3) >> 2;
    for (let word = 0; word < count; word++) this.words[first + word] = source[sourceWord + word]!;
    this.templates[row] = template;
    this.lengths[row] = lengthBytes;
    if (this.isWaiting[row] === 1) return 1;
    this.isWaiting[row] = 1;
    this.queue[(this.head + this.count) % this.queue.length] = row;
    this.count += 1;
    return 0;
  }

  /** The row that has waited longest; ask only when there is one. */
  get first(): number {
    return this.queue[this.head]!;
  }

  /** Whether the row's record waits. */
  waits(row: number): boolean {
    return this.isWaiting[row] === 1;
  }

  /** Takes the oldest row off. */
  shift(): void {
    this.isWaiting[this.queue[this.head]!] = 0;
    this.head = (this.head + 1) % this.queue.length;
    this.count -= 1;
  }
}
