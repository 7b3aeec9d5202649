import * as abi from "../../abi/host/index.ts";
import { describeRecord, HEADER_BYTES, recordLayouts } from "../../abi/host/index.ts";
import type { DescribedRecord, RecordName } from "../../abi/host/index.ts";
import type { Invoke, PluginSlot } from "../../host/engine/index.ts";
import { LatencyHistogram } from "../../host/lane/index.ts";

const NS_PER_MS = 1e6;
const START = 0;
const END = 1;
const namesByTemplate: ReadonlyMap<number, string> = new Map(
  Object.keys(recordLayouts).map((name) => [abi[name as RecordName].templateId, name]),
);

/** One call of a plugin that wrote something. */
export interface ShownCall {
  readonly input: string;
  readonly outputs: readonly DescribedRecord[];
}

/** Stands between a lane and one of its plugins: counts the calls, times them, and keeps the first outputs for show. */
export class PluginTap {
  readonly calls: Map<string, number> = new Map<string, number>();
  readonly shown: ShownCall[] = [];
  readonly times: LatencyHistogram = new LatencyHistogram();
  private readonly slot: PluginSlot;
  private readonly shownMax: number;
  private readonly onInput: ((record: Uint8Array) => void) | null;
  private readonly inner: Invoke;
  private readonly cells = new Float64Array(2);

  /** `onInput` is shown each record in the inbox before the plugin is; it has to copy what it keeps. */
  constructor(slot: PluginSlot, shownMax: number, onInput: ((record: Uint8Array) => void) | null = null) {
    this.slot = slot;
    this.shownMax = shownMax;
    this.onInput = onInput;
    this.inner = slot.invoke;
    Object.defineProperty(slot, "invoke", {
      value: (template: number, lengthBytes: number): number => this.invoke(template, lengthBytes),
    });
  }

  private invoke(template: number, lengthBytes: number): number {
    const { cells, slot } = this;
    this.onInput?.(slot.u8.subarray(slot.inboxOffset, slot.inboxOffset + lengthBytes));
    cells[START] = performance.now() * NS_PER_MS;
    const written = this.inner(template, lengthBytes);
    cells[END] = performance.now() * NS_PER_MS;
    this.times.record(cells, START, END);
    const input = namesByTemplate.get(template) ?? String(template);
    this.calls.set(input, (this.calls.get(input) ?? 0) + 1);
    if (written > 0 && this.shown.length < this.shownMax)
      this.shown.push({ input, outputs: this.outputs(written) });
    return written;
  }

  /** The records in the outbox; what follows one that cannot be measured is left out. */
  private outputs(lengthBytes: number): DescribedRecord[] {
    const { slot } = this;
    const view = new DataView(slot.u8.buffer, slot.outboxOffset, lengthBytes);
    const found: DescribedRecord[] = [];
    for (let at = 0; at < lengthBytes;) {
      const record = describeRecord(view, at);
      if (record === null) break;
      found.push(record);
      if (Object.keys(record.groups).length > 0) break;
      at += HEADER_BYTES + view.getUint16(at, true);
    }
    return found;
  }
}
