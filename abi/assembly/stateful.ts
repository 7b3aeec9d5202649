import { SnapshotReader } from "./snapshot-reader";
import { SnapshotWriter } from "./snapshot-writer";

/**
 * What every kind of plugin can do beside its work: hand over what it knows to the next version of itself. Called only where the manifest
 * has `state`. What the host tells a new instance anyway, instruments and assets, need not be in it: it is told before `restore`.
 */
export abstract class Stateful {
  /** Writes what this plugin knows, in the form of the manifest's `state.version`. It must change nothing. */
  snapshot(writer: SnapshotWriter): void {}
  /** Reads it again, or what one of the versions in `state.restores` wrote, and reads all of it. */
  restore(reader: SnapshotReader, version: u32): void {}
}

let plugin: Stateful | null = null;
let another: (() => Stateful) | null = null;

/** Keeps the plugin of this module, and how to make another one. */
export function keepStateful<T extends Stateful>(instance: T): void {
  plugin = instance;
  another = (): Stateful => instantiate<T>();
}

/** The plugin of this module. */
export function keptStateful(): Stateful {
  return plugin!;
}

let rehearsal: Stateful | null = null;

/** A second plugin of the same class, on which `restore` is tried. Made once: the heap of a plugin never frees. */
export function rehearsalStateful(): Stateful {
  const known = rehearsal;
  if (known !== null) return known;
  const made = another!();
  rehearsal = made;
  return made;
}
