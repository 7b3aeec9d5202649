import type { HostLife } from "../world/host-life.ts";
import type { ChaosVenue } from "../world/chaos-venue.ts";
import type { ChaosWire } from "../world/chaos-wire.ts";
import type { SimDisk } from "../../support/sim-disk.ts";
import type { SentRequest } from "./wire-record.ts";

/** What judges may look at: the venues' own records, the disk, the wire, and the host from outside. */
export interface JudgedWorld {
  readonly nowNs: number;
  readonly venues: readonly ChaosVenue[];
  readonly disk: SimDisk;
  /** Null while no host runs. */
  readonly life: HostLife | null;
  /** Whether the operator has halted the account, and since when. */
  readonly haltedByHandNs: number | null;
}

/** Takes a complaint: which judge, and what is wrong, with the numbers. */
export type Complain = (judge: string, text: string) => void;

/** One thing that must hold, whatever goes wrong. Judges share no code with the host: they read what it shows. */
export interface Judge {
  readonly name: string;
  /** A host has started and trades nothing yet. */
  onBirth?(life: HostLife): void;
  /** A request of an order is about to leave. */
  onSent?(request: SentRequest, wire: ChaosWire): void;
  /** Each second of the world. */
  look?(): void;
  /** All is healed, the last host has been halted, and its orders have had time to end. */
  atRest?(): void;
  /** The last host has ended in order. */
  atEnd?(): void;
}
