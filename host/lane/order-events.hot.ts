import { OrderEvent } from "../../abi/host/index.ts";

const BLOCK_WORDS = OrderEvent.blockLength >> 2;
const ROW_WORDS = BLOCK_WORDS + 2;
const QUEUE_MAX = 1024;

/**
 * Order events on their way to agents: written while reports and intents are handled, delivered when no plugin is being called.
 *
 * ```
 *  row │ agent │ (unused) │ OrderEvent block, 18 words │
 * ```
 */
export class OrderEvents {
  /** Where the block of the row that was claimed or taken last begins, in words. */
  readonly words: Int32Array;
  count: number;
  private head: number;

  constructor() {
    this.words = new Int32Array(QUEUE_MAX * ROW_WORDS);
    this.count = 0;
    this.head = 0;
  }

  /** A row for one agent's event, zeroed: the word at which its block begins, or -1 when the queue is full. */
  claim(agent: number): number {
    if (this.count === QUEUE_MAX) return -1;
    const row = ((this.head + this.count) % QUEUE_MAX) * ROW_WORDS;
    this.words.fill(0, row, row + ROW_WORDS);
    this.words[row] = agent;
    this.count += 1;
    return row + 2;
  }

  /** The agent of the oldest event; ask only when there is one. */
  get agent(): number {
    return this.words[this.head * ROW_WORDS]!;
  }

  /** Word at which the oldest event's block begins. */
  get block(): number {
    return this.head * ROW_WORDS + 2;
  }

  /** Queues each event of one agent in another queue too; false when that has no room for all. */
  copyOf(agent: number, target: OrderEvents): boolean {
    for (let place = 0; place < this.count; place++) {
      const row = ((this.head + place) % QUEUE_MAX) * ROW_WORDS;
      if (this.words[row] !== agent) continue;
      const first = target.claim(agent);
      if (first < 0) return false;
      for (let word = 0; word < BLOCK_WORDS; word++) target.words[first + word] = this.words[row + 2 + word]!;
    }
    return true;
  }

  /** Forgets all events. */
  clear(): void {
    this.count = 0;
  }

  /** Takes the oldest event off. */
  shift(): void {
    this.head = (this.head + 1) % QUEUE_MAX;
    this.count -= 1;
  }
}
