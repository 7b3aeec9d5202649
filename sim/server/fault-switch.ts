/** A fault that a person can switch on at a simulated venue. */
export interface FaultDescription {
  readonly name: string;
  /** Its ids in docs/faults.md. */
  readonly ids: readonly string[];
  /** Arguments, optional ones in brackets; empty where it takes none. */
  readonly usage: string;
  /** What the venue then does. */
  readonly effect: string;
  /** What a host that trades there should then do. */
  readonly expect: string;
  /** Whether it is on now; what happens once is never on. */
  readonly isOn: boolean;
}

/** A simulated venue's faults, for whoever watches a host meet them. */
export interface FaultSwitch {
  /** The venue, as a command names it. */
  readonly name: string;
  list(): FaultDescription[];
  /** Switches a fault on, or makes it happen. Throws FaultError for a fault or an argument that it does not have. */
  set(fault: string, args: readonly string[]): void;
  /** Switches off what lasts. */
  clear(): void;
}

/** A fault that was not switched: the message says why and what would do. */
export class FaultError extends Error {
  override readonly name = "FaultError";
}
