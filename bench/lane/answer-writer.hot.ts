const ZERO = 48;
const LETTER_A = 97;
const DIGITS_MAX = 24;

/** Writes the text of a frame into memory that it keeps: a responder that made strings would be the loudest allocator of a measurement. */
export class AnswerWriter {
  readonly bytes: Uint8Array;
  length: number;
  /** Cell 0: the number that the next `integer`, `base36` or `decimal` writes. A double as an argument would be boxed. */
  readonly cell: Float64Array;
  private readonly digits: Uint8Array;

  constructor(capacityBytes: number) {
    this.bytes = new Uint8Array(capacityBytes);
    this.length = 0;
    this.cell = new Float64Array(1);
    this.digits = new Uint8Array(DIGITS_MAX);
  }

  /** Begins the next frame at `offset`. */
  begin(offset: number): void {
    this.length = offset;
  }

  text(source: Uint8Array): void {
    const { bytes } = this;
    let at = this.length;
    for (let index = 0; index < source.length; index++) bytes[at + index] = source[index]!;
    at += source.length;
    this.length = at;
  }

  integer(): void {
    this.number(10, 1, 0);
  }

  base36(): void {
    this.number(36, 1, 0);
  }

  /** A mantissa at exponent -8, with its point. */
  decimal(): void {
    this.number(10, 9, 8);
  }

  private number(base: number, digitsMin: number, decimals: number): void {
    const { digits, bytes } = this;
    let rest = this.cell[0]!;
    let count = 0;
    while (count < digitsMin || rest > 0) {
      const whole = Math.floor(rest / base);
      digits[count] = rest - whole * base;
      rest = whole;
      count += 1;
    }
    let at = this.length;
    for (let place = count - 1; place >= 0; place--) {
      const digit = digits[place]!;
      bytes[at] = digit < 10 ? ZERO + digit : LETTER_A + digit - 10;
      at += 1;
      if (place === decimals && decimals > 0) {
        bytes[at] = POINT;
        at += 1;
      }
    }
    this.length = at;
  }
}

const POINT = 46;
