/** Fate of a pending write: whole, absent, a prefix, zeros in its place, noise in its place. Of a pending name change: KEEP, or anything else for lost. */
export type CrashOutcome = "KEEP" | "LOSE" | "TEAR" | "ZERO" | "GARBLE";

/** Asked once for each pending item of a crash; for "tear" it answers a fraction in thousandths of the write that was kept. */
export interface CrashChooser {
  (item: "name" | "write" | "truncate"): CrashOutcome;
  /** Bytes kept of a torn write of `lengthBytes`. */
  tornBytes(lengthBytes: number): number;
  /** A byte of noise. */
  noise(): number;
}

interface PendingChange {
  readonly kind: "write" | "truncate";
  readonly offset: number;
  readonly length: number;
}

/** One simulated file: its bytes as a reader sees them, its bytes at the last sync, and the changes in between. */
export class SimInode {
  sizeBytes = 0;
  #content: Buffer = Buffer.alloc(0);
  #durable: Buffer = Buffer.alloc(0);
  #durableBytes = 0;
  #pending: PendingChange[] = [];
  /** Only appends lie between the durable bytes and the content: a sync has to copy no more than what was appended. */
  #isPrefix = true;

  get pendingCount(): number {
    return this.#pending.length;
  }

  view(): Buffer {
    return this.#content.subarray(0, this.sizeBytes);
  }

  /** What a power cut would leave for certain. */
  durableView(): Buffer {
    return this.#durable.subarray(0, this.#durableBytes);
  }

  plant(content: Uint8Array): void {
    this.#content = Buffer.from(content);
    this.sizeBytes = content.length;
    this.#isPrefix = false;
    this.sync();
  }

  flipBit(bit: number): void {
    for (const bytes of [this.#content, this.#durable])
      bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7));
  }

  append(source: Uint8Array, offsetBytes: number, lengthBytes: number): void {
    const end = this.sizeBytes + lengthBytes;
    if (end > this.#content.length) {
      const grown = Buffer.alloc(Math.max(end, this.#content.length * 2, 4096));
      this.view().copy(grown);
      this.#content = grown;
    }
    this.#content.set(source.subarray(offsetBytes, offsetBytes + lengthBytes), this.sizeBytes);
    this.#pending.push({ kind: "write", offset: this.sizeBytes, length: lengthBytes });
    this.sizeBytes = end;
  }

  read(target: Uint8Array, offsetBytes: number, lengthBytes: number, position: number): number {
    const end = Math.min(position + lengthBytes, this.sizeBytes);
    if (end <= position) return 0;
    this.#content.copy(target, offsetBytes, position, end);
    return end - position;
  }

  truncate(sizeBytes: number): void {
    this.#content.fill(0, sizeBytes);
    this.sizeBytes = sizeBytes;
    this.#pending.push({ kind: "truncate", offset: sizeBytes, length: 0 });
    this.#isPrefix = false;
  }

  sync(): void {
    const from = this.#isPrefix ? this.#durableBytes : 0;
    if (this.#durable.length < this.sizeBytes) {
      const grown = Buffer.alloc(Math.max(this.sizeBytes, this.#durable.length * 2));
      this.#durable.copy(grown, 0, 0, from);
      this.#durable = grown;
    }
    this.#content.copy(this.#durable, from, from, this.sizeBytes);
    this.#durableBytes = this.sizeBytes;
    this.#pending = [];
    this.#isPrefix = true;
  }

  /** A failed sync: pending data stays readable from the cache and will never reach the disk. */
  dropPending(): void {
    this.#pending = [];
    this.#isPrefix = false;
  }

  crash(choose: CrashChooser): void {
    // Nothing is pending and nothing was dropped: the bytes stay as they are.
    if (this.#pending.length === 0 && this.#isPrefix && this.sizeBytes === this.#durableBytes) return;
    let image = Buffer.from(this.durableView());
    for (const change of this.#pending) {
      const outcome = choose(change.kind);
      if (outcome === "LOSE") continue;
      image =
        change.kind === "truncate"
          ? Buffer.from(image.subarray(0, change.offset))
          : this.#settle(image, change, outcome, choose);
    }
    this.plant(image);
  }

  #settle(
    image: Buffer,
    change: PendingChange,
    outcome: CrashOutcome,
    choose: CrashChooser,
  ): Buffer<ArrayBuffer> {
    const written = this.#content.subarray(change.offset, change.offset + change.length);
    const kept = Buffer.from(
      outcome === "TEAR" ? written.subarray(0, choose.tornBytes(change.length)) : written,
    );
    if (outcome === "ZERO") kept.fill(0);
    if (outcome === "GARBLE") for (let index = 0; index < kept.length; index++) kept[index] = choose.noise();
    const settled = Buffer.alloc(Math.max(image.length, change.offset + kept.length));
    image.copy(settled);
    kept.copy(settled, change.offset);
    return settled;
  }
}

/** Small deterministic generator (mulberry32) for choices by seed. */
export function seededRandom(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

const OUTCOMES: readonly CrashOutcome[] = ["KEEP", "LOSE", "TEAR", "ZERO", "GARBLE"];

/** Chooses each fate by seed; writes are torn at 512-byte steps. */
export function seededChooser(seed: number): CrashChooser {
  const random = seededRandom(seed);
  return Object.assign((): CrashOutcome => OUTCOMES[Math.floor(random() * OUTCOMES.length)] ?? "KEEP", {
    tornBytes: (lengthBytes: number) =>
      Math.min(lengthBytes, Math.floor((random() * lengthBytes) / 512) * 512),
    noise: () => Math.floor(random() * 256),
  });
}

/** Answers from a list, then KEEP: for the enumeration of all outcomes. Torn writes keep `tornBytes` bytes. */
export function listedChooser(outcomes: readonly CrashOutcome[], tornBytes: number, seed = 1): CrashChooser {
  const random = seededRandom(seed);
  let next = 0;
  return Object.assign((): CrashOutcome => outcomes[next++] ?? "KEEP", {
    tornBytes: (lengthBytes: number) => Math.min(lengthBytes, tornBytes),
    noise: () => Math.floor(random() * 256),
  });
}
