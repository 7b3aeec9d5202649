/**
 * Seeded random numbers: xoshiro128** 1.1 (Blackman and Vigna), its state filled from the seed by SplitMix32. Only
 * integer operations, division and square roots are used, so that a seed gives the same numbers on every engine.
 */
export interface Rng {
  /** A 32-bit unsigned integer. */
  nextUint32(): number;
  /** In [0, 1), a multiple of 2^-32. */
  nextUnit(): number;
  /** An integer in [0, bound), bound at most 2^32; the bias is below bound / 2^32. */
  nextBelow(bound: number): number;
  /** About normal, mean 0, variance 1: the sum of twelve uniforms, so within ±6. */
  nextNormal(): number;
  /** Exponential with mean 1, by von Neumann's comparison method. */
  nextExponential(): number;
}

const TWO_TO_MINUS_32 = 1 / 4_294_967_296;

/** Seeds are integers; only their low 32 bits count. */
export function createRng(seed: number): Rng {
  return new Xoshiro128(seed);
}

class Xoshiro128 implements Rng {
  private a: number;
  private b: number;
  private c: number;
  private d: number;

  constructor(seed: number) {
    this.a = mix(seed + 0x9e3779b9);
    this.b = mix(seed + 0x3c6ef372);
    this.c = mix(seed + 0xdaa66d2b);
    // One bit set keeps the state from being all zero, which the generator could never leave.
    this.d = mix(seed + 0x78dde6e4) | 1;
  }

  nextUint32(): number {
    const product = Math.imul(this.b, 5);
    const result = Math.imul((product << 7) | (product >>> 25), 9) >>> 0;
    const shifted = this.b << 9;
    this.c ^= this.a;
    this.d ^= this.b;
    this.b ^= this.c;
    this.a ^= this.d;
    this.c ^= shifted;
    this.d = (this.d << 11) | (this.d >>> 21);
    return result;
  }

  nextUnit(): number {
    return this.nextUint32() * TWO_TO_MINUS_32;
  }

  nextBelow(bound: number): number {
    return Math.floor(this.nextUnit() * bound);
  }

  nextNormal(): number {
    let sum = -6;
    for (let draw = 0; draw < 12; draw += 1) sum += this.nextUnit();
    return sum;
  }

  nextExponential(): number {
    // A falling run of uniforms has odd length with probability e^-u for its first member u; every failed run adds 1.
    let whole = 0;
    for (;;) {
      const first = this.nextUnit();
      let previous = first;
      let runLength = 1;
      for (;;) {
        const next = this.nextUnit();
        if (next >= previous) break;
        previous = next;
        runLength += 1;
      }
      if (runLength % 2 === 1) return whole + first;
      whole += 1;
    }
  }
}

function mix(value: number): number {
  let z = value | 0;
  z = Math.imul(z ^ (z >>> 16), 0x21f0aaad);
  z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
  return z ^ (z >>> 15);
}
