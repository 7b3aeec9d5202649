import type { PluginSlot } from "../host/engine/index.ts";
import { loadModule, PluginSlot as Slot } from "../host/engine/index.ts";
import type { BuiltLane, PluginSource } from "../host/lane/index.ts";
import { defineInstruments } from "../host/lane/define-instruments.ts";
import { coinbaseInputs } from "../test/support/coinbase-inputs.ts";
import { pluginBytes } from "../tools/plugin-kit/index.ts";
import type { FrameSet } from "./frames/index.ts";
import { eagerSetup, tradingRig } from "./lane/index.ts";

const FIRST_BYTES = 1 << 20;
const FIRST_COUNT = 1 << 14;
/** In a record's header. */
const TEMPLATE_OFFSET = 2;

/**
 * What one plugin was given, call by call.
 *
 * ```
 *  bytes │ input, to a multiple of 8 │ input, to a multiple of 8 │ …
 *          └ begin[i], length[i] bytes, to be handled as template[i]
 * ```
 */
export interface PluginInputs {
  readonly name: string;
  readonly kind: PluginSlot["kind"];
  readonly source: PluginSource;
  readonly count: number;
  readonly bytes: Uint8Array;
  readonly begin: Int32Array;
  readonly length: Int32Array;
  readonly template: Int32Array;
}

/**
 * Runs a lane that orders on every occasion through all frames, and keeps what each of its plugins gets: the instruments first, then every call
 * until the last answer of the venue.
 */
export async function recordInputs(frames: FrameSet): Promise<PluginInputs[]> {
  const rig = await tradingRig(frames, {
    setup: eagerSetup(),
    durability: "process",
  });
  const { built } = rig;
  const recorders = built.slots.map((slot) => ({ slot, recorder: new InputRecorder() }));
  for (const { slot, recorder } of recorders) recordFirst(built, slot, recorder);
  for (const { slot, recorder } of recorders) listen(slot, recorder);
  rig.drive.pass();
  await rig.close();
  return recorders.map(({ slot, recorder }) => recorder.inputs(slot, sourceOf(built, slot)));
}

/** The lane above trades at one venue. What the codec of the other is given comes from a session of its own there. */
export async function recordCoinbaseInputs(isSmall: boolean): Promise<PluginInputs> {
  const recorder = new InputRecorder();
  for (const record of await coinbaseInputs(isSmall)) recorder.keep(record, readTemplate(record));
  const module = loadModule(await pluginBytes("coinbase"));
  return recorder.inputs({ name: "coinbase", kind: "venue" }, { module, parameters: {} });
}

function readTemplate(record: Uint8Array): number {
  return new DataView(record.buffer, record.byteOffset).getUint16(TEMPLATE_OFFSET, true);
}

function sourceOf({ sources }: BuiltLane, { name }: PluginSlot): PluginSource {
  const source = sources.get(name);
  if (source === undefined) throw new Error(`the lane has no module for ${name}`);
  return source;
}

/** The lane has told its plugins the instruments already, as it was built: another instance is told them again. */
function recordFirst(built: BuiltLane, { name, kind }: PluginSlot, recorder: InputRecorder): void {
  const { module, parameters } = built.sources.get(name) ?? {};
  if (module === undefined) return;
  const slot = new Slot(name, kind);
  slot.install(module.instantiate(built.pool, parameters));
  listen(slot, recorder);
  defineInstruments([slot], built.configuration);
  slot.uninstall()?.dispose();
}

function listen(slot: PluginSlot, recorder: InputRecorder): void {
  const { invoke } = slot;
  Object.defineProperty(slot, "invoke", {
    value: (template: number, lengthBytes: number): number => {
      recorder.take(slot, template, lengthBytes);
      return invoke(template, lengthBytes);
    },
  });
}

class InputRecorder {
  private count = 0;
  private used = 0;
  private bytes = new Uint8Array(FIRST_BYTES);
  /** Begin, length and template of each. */
  private rows = new Int32Array(3 * FIRST_COUNT);

  take({ u8, inboxOffset }: PluginSlot, template: number, lengthBytes: number): void {
    this.keep(u8.subarray(inboxOffset, inboxOffset + lengthBytes), template);
  }

  keep(record: Uint8Array, template: number): void {
    const lengthBytes = record.length;
    while (this.used + lengthBytes + 8 > this.bytes.length) this.bytes = grown(this.bytes, Uint8Array);
    if (3 * (this.count + 1) > this.rows.length) this.rows = grown(this.rows, Int32Array);
    this.bytes.set(record, this.used);
    this.rows.set([this.used, lengthBytes, template], 3 * this.count);
    this.count += 1;
    this.used = (this.used + lengthBytes + 7) & ~7;
  }

  inputs({ name, kind }: Pick<PluginSlot, "name" | "kind">, source: PluginSource): PluginInputs {
    const { count, rows } = this;
    const column = (place: number): Int32Array =>
      Int32Array.from({ length: count }, (_, index) => rows[3 * index + place] ?? 0);
    const bytes = this.bytes.slice(0, this.used);
    return { name, kind, source, count, bytes, begin: column(0), length: column(1), template: column(2) };
  }
}

function grown<T extends Int32Array | Uint8Array>(array: T, Kind: new (length: number) => T): T {
  const larger = new Kind(2 * array.length);
  larger.set(array);
  return larger;
}
