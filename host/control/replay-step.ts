import type { TradingMode } from "../execution/risk/index.ts";
import { rearmOrder } from "../execution/risk/index.ts";
import type { RecordCursor } from "../journal/index.ts";
import { RecordType } from "../journal/index.ts";
import type { BuiltLane, Lane } from "../lane/index.ts";
import { ControlAction, INSTRUMENT_SHIFT, LINE_UP, MORE_FOLLOW, PART_SHIFT } from "../lane/index.ts";
import type { JournalledModules } from "./journalled-modules.ts";
import { giveDisagreement } from "./position-check/disagreement-record.ts";
import { applyPluginInput, readPluginInput } from "./plugin-input.ts";

const CHANNEL_MASK = (1 << INSTRUMENT_SHIFT) - 1;
const LINE_MASK = LINE_UP - 1;
const INSTRUMENT_MASK = (1 << (PART_SHIFT - INSTRUMENT_SHIFT)) - 1;
const PART_MASK = 3;

/** A rearming as TradingSession journals it. */
interface RearmRecord {
  readonly mode: TradingMode;
  readonly person: string;
  readonly reason: string;
  readonly instrument: number | null;
}

/** Whether a record is an input: what a replay gives to the lane. */
export function isInput(record: RecordCursor): boolean {
  return record.type >= RecordType.INPUT_FRAME && record.type <= RecordType.INPUT_PLUGIN;
}

/** Gives a journalled input to a lane, at its journalled time, as the session did. */
export function stepRecord(built: BuiltLane, record: RecordCursor, modules: JournalledModules): void {
  const { lane } = built;
  const tag = record.channel;
  lane.nowNs[0] = record.timeNs;
  if (record.type === RecordType.INPUT_FRAME) {
    lane.onFrame(
      tag & CHANNEL_MASK,
      (tag >>> INSTRUMENT_SHIFT) & INSTRUMENT_MASK,
      record.bytes,
      record.payloadOffset,
      record.payloadBytes,
      (tag & MORE_FOLLOW) !== 0,
      (tag >>> PART_SHIFT) & PART_MASK,
    );
  } else if (record.type === RecordType.INPUT_TIMER) lane.onTimer();
  else if (record.type === RecordType.INPUT_CONNECTION) lane.onLine(tag & LINE_MASK, (tag & LINE_UP) !== 0);
  else if (record.type === RecordType.INPUT_PLUGIN)
    lane.onPlaced(tag, record.bytes, record.payloadOffset, record.payloadBytes);
  else {
    const payload = record.bytes.subarray(record.payloadOffset, record.payloadOffset + record.payloadBytes);
    if (tag === ControlAction.PLUGIN) stepPlugin(built, payload, modules);
    else stepControl(lane, tag, payload);
  }
}

function stepPlugin(built: BuiltLane, payload: Buffer, modules: JournalledModules): void {
  const { sha256, parameters, ...change } = readPluginInput(payload);
  const source = sha256 === null ? null : { module: modules.of(sha256), parameters };
  applyPluginInput(built, change, source, Uint8Array.from(payload));
}

function stepControl(lane: Lane, action: number, payload: Buffer): void {
  if (action === ControlAction.ACCEPT_BREAK) {
    const { break: id } = JSON.parse(payload.toString("utf8")) as { readonly break: number };
    lane.onAcceptBreak(id, Uint8Array.from(payload));
    return;
  }
  if (action === ControlAction.DISAGREEMENT) {
    giveDisagreement(lane, Uint8Array.from(payload));
    return;
  }
  if (action !== ControlAction.REARM) {
    lane.onControl(action, payload.readInt32LE(0), payload.readInt32LE(4));
    return;
  }
  const { mode, person, reason, instrument } = JSON.parse(payload.toString("utf8")) as RearmRecord;
  lane.onRearm(mode, rearmOrder(person, reason), Uint8Array.from(payload), instrument);
}
