/** What a linked module exports, as an engine calls it. Whole numbers of 32 bits, signed. */
export interface LinkedFunctions {
  begin(): number;
  step(event: number): number;
  state(): number;
  digest(part: number): number;
}

/** What a run of a linked module came to. Equal for two engines that compute the same. */
export interface LinkedRun {
  /** 32 bits of the hash after each event: where two runs part. */
  readonly trail: readonly number[];
  /** Hash in hexadecimal, 128 bits, of every answer: what `handle` returned, the gas left, the bytes written. */
  readonly answers: string;
  /** The same hash when memory and globals have gone into it too. */
  readonly state: string;
}

const DIGEST_PARTS = [1, 0, 3, 2];

/** Runs all events. Throws what the engine throws for a trap. */
export function runLinked(
  linked: LinkedFunctions,
  events: number,
  onStep: (event: number) => void = () => undefined,
): LinkedRun {
  linked.begin();
  const trail: number[] = [];
  for (let event = 0; event < events; event++) {
    trail.push(linked.step(event));
    onStep(event);
  }
  const answers = digestOf(linked);
  linked.state();
  return { trail, answers, state: digestOf(linked) };
}

function digestOf(linked: LinkedFunctions): string {
  return DIGEST_PARTS.map((part) => (linked.digest(part) >>> 0).toString(16).padStart(8, "0")).join("");
}
