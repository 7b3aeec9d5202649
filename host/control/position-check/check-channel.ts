import type { CheckAnswer } from "./position-check.ts";

/** Words that both threads see. QUESTION rises with each question, ANSWERED follows it. END is 1 once the thread is to end. */
const Word = { QUESTION: 0, ANSWERED: 1, LENGTH: 2, END: 3 } as const;
const WORDS = 4;
/** An answer has at most 32 disagreements of some 300 bytes. */
const ANSWER_BYTES = 64 * 1024;
/** The trading thread wakes nobody: the other one looks for itself, and nobody waits for a comparison. */
const LOOK_MS = 50;

/** What the trading thread and the thread of the second computation share: the words, and the answer as JSON. */
export class CheckChannel {
  readonly buffer: SharedArrayBuffer;
  readonly words: Int32Array;
  private readonly bytes: Uint8Array;

  constructor(buffer: SharedArrayBuffer = new SharedArrayBuffer(WORDS * 4 + ANSWER_BYTES)) {
    this.buffer = buffer;
    this.words = new Int32Array(buffer, 0, WORDS);
    this.bytes = new Uint8Array(buffer, WORDS * 4);
  }

  ask(): void {
    Atomics.add(this.words, Word.QUESTION, 1);
  }

  end(): void {
    Atomics.store(this.words, Word.END, 1);
  }

  get isEnding(): boolean {
    return Atomics.load(this.words, Word.END) === 1;
  }

  get isAsked(): boolean {
    return Atomics.load(this.words, Word.QUESTION) !== Atomics.load(this.words, Word.ANSWERED);
  }

  /** On the other thread: waits until there is a question; false where none has come for a while. */
  wait(idle: (words: Int32Array, word: number, seen: number, timeoutMs: number) => void): boolean {
    if (!this.isAsked) idle(this.words, Word.QUESTION, Atomics.load(this.words, Word.QUESTION), LOOK_MS);
    return this.isAsked;
  }

  answer(answer: CheckAnswer): void {
    const text = Buffer.from(JSON.stringify(answer), "utf8");
    if (text.length > ANSWER_BYTES)
      throw new RangeError(`an answer of ${text.length} bytes; at most ${ANSWER_BYTES}`);
    this.bytes.set(text);
    Atomics.store(this.words, Word.LENGTH, text.length);
    Atomics.store(this.words, Word.ANSWERED, Atomics.load(this.words, Word.QUESTION));
  }

  /** The last answer. */
  read(): CheckAnswer {
    const length = Atomics.load(this.words, Word.LENGTH);
    return JSON.parse(Buffer.from(this.bytes.subarray(0, length)).toString("utf8")) as CheckAnswer;
  }
}
