import { seededRandom } from "../../support/sim-inode.ts";

/** Draws by seed. Each part of a world has dice of its own, so that one part's draws do not move another's. */
export class Dice {
  private readonly draw: () => number;

  constructor(seed: number, part: string) {
    let salt = seed | 0;
    for (const character of part) salt = (Math.imul(salt, 31) + character.charCodeAt(0)) | 0;
    this.draw = seededRandom(salt);
    // Neighbouring seeds begin alike: the first draws are thrown away.
    for (let index = 0; index < 8; index++) this.draw();
  }

  /** 0 to 1, without 1. */
  share(): number {
    return this.draw();
  }

  chance(probability: number): boolean {
    return this.draw() < probability;
  }

  between(low: number, high: number): number {
    return low + this.draw() * (high - low);
  }

  /** 0 to `count` − 1. */
  index(count: number): number {
    return Math.floor(this.draw() * count);
  }

  /** An element; throws where there is none. */
  pick<T>(from: readonly T[]): T {
    const picked = from[this.index(from.length)];
    if (picked === undefined) throw new RangeError("nothing to pick from");
    return picked;
  }

  /** A waiting time whose mean is `meanNs`, as of events that know nothing of each other. */
  waitNs(meanNs: number): number {
    return -Math.log(1 - this.draw()) * meanNs;
  }
}
