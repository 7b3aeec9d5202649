/** The same bytes seen three ways: for copies, for the words of records, for their times. */
export class RecordMemory {
  readonly bytes: Buffer;
  readonly words: Int32Array;
  readonly times: Float64Array;

  /** Zeros, `sizeBytes` rounded up to a multiple of 8. */
  constructor(sizeBytes: number) {
    const memory = new ArrayBuffer((sizeBytes + 7) & ~7);
    this.bytes = Buffer.from(memory);
    this.words = new Int32Array(memory);
    this.times = new Float64Array(memory);
  }
}

/** Fresh memory; a function, so that the hot dialect's ban of `new` holds where a greater record makes it grow. */
export function makeRecordMemory(sizeBytes: number): RecordMemory {
  return new RecordMemory(sizeBytes);
}
