import { copyBytes } from "../abi/host/index.ts";
import type { PluginInputs } from "./metering-inputs.ts";

const CALLS_A_RUN = 64;
/** As the lane does it: records word by word, frames by Node's own copy. */
const WORDWISE_BYTES_MAX = 512;

/** Gives recorded inputs to whatever stands behind `call`, one after the other. */
export class MeteringCalls {
  readonly inputs: PluginInputs;
  /** Sum of what the calls returned, as 32 bits: something has to become of it. */
  written: number;
  private readonly call: (template: number, lengthBytes: number) => number;
  private readonly inboxOffset: number;
  private readonly words: Int32Array;
  private u8: Uint8Array;
  private i32: Int32Array;

  constructor(
    inputs: PluginInputs,
    call: (template: number, lengthBytes: number) => number,
    inboxOffset: number,
    u8: Uint8Array,
  ) {
    this.inputs = inputs;
    this.written = 0;
    this.call = call;
    this.inboxOffset = inboxOffset;
    this.words = new Int32Array(inputs.bytes.buffer);
    this.u8 = u8;
    this.i32 = new Int32Array(u8.buffer);
  }

  /** Whose inbox is filled from now on. */
  aim(u8: Uint8Array, i32: Int32Array): void {
    this.u8 = u8;
    this.i32 = i32;
  }

  /** How many runs all inputs take. */
  get runs(): number {
    return Math.ceil(this.inputs.count / CALLS_A_RUN);
  }

  /** The inputs of one run, in order. */
  run(index: number): void {
    const first = index * CALLS_A_RUN;
    this.some(first, Math.min(first + CALLS_A_RUN, this.inputs.count));
  }

  private some(first: number, end: number): void {
    for (let index = first; index < end; index++) this.written = (this.written + this.one(index)) | 0;
  }

  /** One input; what the call returned. */
  one(index: number): number {
    const { inputs, inboxOffset } = this;
    const length = inputs.length[index]!;
    const begin = inputs.begin[index]!;
    if (length > WORDWISE_BYTES_MAX) copyBytes(inputs.bytes, this.u8, inboxOffset, begin, begin + length);
    else {
      const { words, i32 } = this;
      const source = begin >> 2;
      const target = inboxOffset >> 2;
      const count = (length + 3) >> 2;
      for (let word = 0; word < count; word++) i32[target + word] = words[source + word]!;
    }
    return this.call(inputs.template[index]!, length);
  }
}
