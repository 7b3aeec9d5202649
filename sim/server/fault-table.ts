import { FaultError } from "./fault-switch.ts";
import type { FaultDescription, FaultSwitch } from "./fault-switch.ts";

/** What a venue's faults work on: the venue, its time, and a push that sends what they made due. */
export interface FaultTarget<Venue> {
  readonly venue: Venue;
  nowNs(): number;
  pump(): void;
}

/** A row of a venue's table of faults. */
export interface Fault<Venue> extends Omit<FaultDescription, "isOn"> {
  readonly run: (target: FaultTarget<Venue>, args: readonly string[]) => void;
  /** Left out where it happens once, or to connections that end. */
  readonly isOn?: (venue: Venue) => boolean;
}

/** The faults of a simulated venue, switched by name. */
export class FaultTable<Venue> implements FaultSwitch {
  readonly name: string;
  readonly #target: FaultTarget<Venue>;
  readonly #faults: readonly Fault<Venue>[];
  readonly #clear: (venue: Venue) => void;

  /** `name` is the venue's among others; `clear` switches off what lasts. */
  constructor(
    name: string,
    target: FaultTarget<Venue>,
    faults: readonly Fault<Venue>[],
    clear: (venue: Venue) => void,
  ) {
    this.name = name;
    this.#target = target;
    this.#faults = faults;
    this.#clear = clear;
  }

  list(): FaultDescription[] {
    const { venue } = this.#target;
    return this.#faults.map(({ name, ids, usage, effect, expect, isOn }) => {
      return { name, ids, usage, effect, expect, isOn: isOn?.(venue) ?? false };
    });
  }

  /** Throws FaultError for a fault that is not in the table, and for more arguments than it takes. */
  set(fault: string, args: readonly string[]): void {
    const found = this.#faults.find(({ name }) => name === fault);
    if (found === undefined)
      throw new FaultError(
        `${this.name} has no fault "${fault}"; it has ${this.#faults.map(({ name }) => name).join(", ")}`,
      );
    const takes = found.usage === "" ? 0 : found.usage.split(" ").length;
    if (args.length > takes)
      throw new FaultError(
        `${fault} takes ${takes === 0 ? "no argument" : found.usage}, not "${args.join(" ")}"`,
      );
    found.run(this.#target, args);
    this.#target.pump();
  }

  clear(): void {
    this.#clear(this.#target.venue);
  }
}
