import { FeatureUpdate, HEADER_BYTES } from "../../abi/host/index.ts";
import type { FeatureTable } from "../data/features/index.ts";
import type { PluginSlot } from "../engine/index.ts";
import { FaultCode } from "../engine/index.ts";
import { copyBlock, openInbox } from "./inbox.hot.ts";
import { MALFORMED, OutboxReader } from "./outbox-reader.hot.ts";
import { OutputFault } from "./plugin-fault.ts";
import { ROUTE_WIDTH, routesOf } from "./routes.ts";

/** One feature kernel and where its outputs go. */
export interface FeaturePlugin {
  readonly slot: PluginSlot;
  /** Template ids that it reads. */
  readonly reads: readonly number[];
  readonly firstSlot: number;
  readonly outputCount: number;
  /** Records that one call may write. */
  readonly outputsMax: number;
}

/** Feature kernels: gives each market record to those that read it and takes what they publish. */
export class FeatureStage {
  readonly slots: readonly PluginSlot[];
  private readonly table: FeatureTable;
  private readonly nowNs: Float64Array;
  private readonly reader: OutboxReader;
  private readonly firstSlots: Int32Array;
  private readonly outputCounts: Int32Array;
  private readonly outputsMax: Int32Array;
  /** Which kernels read a template: a row of kernel numbers for each, ended by -1. */
  private readonly routes: Int32Array;
  /** Template ids that each kernel reads. */
  private readonly reads: (readonly number[])[];

  constructor(plugins: readonly FeaturePlugin[], table: FeatureTable, nowNs: Float64Array, idle: PluginSlot) {
    this.slots = plugins.map((plugin) => plugin.slot);
    this.table = table;
    this.nowNs = nowNs;
    this.reader = new OutboxReader(plugins[0]?.slot ?? idle);
    this.firstSlots = Int32Array.from(plugins, (plugin) => plugin.firstSlot);
    this.outputCounts = Int32Array.from(plugins, (plugin) => plugin.outputCount);
    this.outputsMax = Int32Array.from(plugins, (plugin) => plugin.outputsMax);
    this.reads = plugins.map((plugin) => plugin.reads);
    this.routes = routesOf(this.reads);
  }

  /** Another kernel is in place `index`, which reads and may write this much. Between events; not on an event's way. */
  place(index: number, reads: readonly number[], outputsMax: number): void {
    this.reads[index] = reads;
    this.outputsMax[index] = outputsMax;
    this.routes.set(routesOf(this.reads));
  }

  /** Gives one record, whose block is at offset 0 of `block`, to the kernels that read it. */
  onRecord(templateId: number, block: Int32Array, blockLength: number): void {
    const { slots, routes } = this;
    for (let at = templateId * ROUTE_WIDTH; routes[at]! >= 0; at++) {
      const index = routes[at]!;
      const slot = slots[index]!;
      if (slot.state !== "running") continue;
      copyBlock(slot, openInbox(slot, templateId, blockLength), block, blockLength);
      const written = slot.invoke(templateId, HEADER_BYTES + blockLength);
      if (written > 0) this.takeOutputs(slot, index, written);
      else if (written < 0) this.failed(index);
    }
  }

  /** The kernel was stopped from outside: its values turn stale. */
  withdraw(index: number): void {
    this.failed(index);
  }

  /** What a kernel on a thread of its own has written lies in its slot's outbox. */
  takePlaced(index: number, lengthBytes: number): void {
    this.takeOutputs(this.slots[index]!, index, lengthBytes);
  }

  private takeOutputs(slot: PluginSlot, index: number, lengthBytes: number): void {
    const { reader } = this;
    let length = lengthBytes;
    // A predecessor answers the whole input in place of a call that fails: nothing of that call may have been taken by then.
    if (slot.hasPredecessor) length = this.checkOutputs(slot, index, lengthBytes);
    reader.open(slot, length);
    let count = 0;
    for (let template = reader.next(); template !== 0; template = reader.next()) {
      count += 1;
      const fault = this.takeOutput(index, template, count);
      if (fault === null) continue;
      slot.stop(FaultCode.OUTPUT, fault, template);
      this.failed(index);
      return;
    }
  }

  /** The length of what is to be taken: the outputs of the call, or where they are refused, of the predecessor's. */
  private checkOutputs(slot: PluginSlot, index: number, lengthBytes: number): number {
    const { reader } = this;
    reader.open(slot, lengthBytes);
    let count = 0;
    for (let template = reader.next(); template !== 0; template = reader.next()) {
      count += 1;
      const fault = this.checkOutput(index, template, count);
      if (fault !== null) return slot.stop(FaultCode.OUTPUT, fault, template);
    }
    return lengthBytes;
  }

  private checkOutput(index: number, template: number, count: number): OutputFault | null {
    const fault = this.formFault(index, template, count);
    if (fault !== null) return fault;
    const { i32, f64 } = this.reader;
    const code = this.table.check(i32, f64, 0, this.firstSlots[index]!, this.outputCounts[index]!);
    return code < 0 ? OutputFault.VALUE_REFUSED : null;
  }

  private takeOutput(index: number, template: number, count: number): OutputFault | null {
    const fault = this.formFault(index, template, count);
    if (fault !== null) return fault;
    const { i32, f64 } = this.reader;
    const code = this.table.take(i32, f64, 0, this.firstSlots[index]!, this.outputCounts[index]!, this.nowNs);
    return code < 0 ? OutputFault.VALUE_REFUSED : null;
  }

  private formFault(index: number, template: number, count: number): OutputFault | null {
    if (template === MALFORMED) return OutputFault.MALFORMED_RECORDS;
    if (template !== FeatureUpdate.templateId) return OutputFault.UNEXPECTED_RECORD;
    return count > this.outputsMax[index]! ? OutputFault.TOO_MANY_RECORDS : null;
  }

  /** Its values turn stale at once, and stale features gate the agents that read them. */
  private failed(index: number): void {
    this.table.expire(this.firstSlots[index]!, this.outputCounts[index]!);
  }
}
