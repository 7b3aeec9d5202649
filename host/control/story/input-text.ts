import { Channel, channelOf, venueOf } from "../../execution/gateways/index.ts";
import { RecordType } from "../../journal/index.ts";
import type { LaneConfiguration } from "../../lane/index.ts";
import { ControlAction, INSTRUMENT_SHIFT, LINE_UP } from "../../lane/index.ts";

const LINE_MASK = (1 << INSTRUMENT_SHIFT) - 1;
const TEXT_MAX = 240;

/** What an input was, in a line: a frame by its line and its first bytes, a control action by its name. */
export function describeInput(
  configuration: LaneConfiguration,
  type: number,
  tag: number,
  payload: Buffer,
): string {
  if (type === RecordType.INPUT_FRAME)
    return `${lineName(configuration, tag & LINE_MASK)} said: ${excerpt(payload)}`;
  if (type === RecordType.INPUT_TIMER) return "a second passed";
  if (type === RecordType.INPUT_CONNECTION)
    return `${lineName(configuration, tag & (LINE_UP - 1))} ${(tag & LINE_UP) === 0 ? "was lost" : "came up"}`;
  if (type === RecordType.INPUT_PLUGIN) return "a plugin on a thread of its own answered";
  const name = Object.entries(ControlAction).find(([, value]) => value === tag)?.[0] ?? `ACTION ${tag}`;
  return tag === ControlAction.REARM ||
    tag === ControlAction.ACCEPT_BREAK ||
    tag === ControlAction.DISAGREEMENT
    ? `${name} by a person: ${excerpt(payload)}`
    : name;
}

function lineName({ venues }: LaneConfiguration, line: number): string {
  const channel = Object.entries(Channel).find(([, value]) => value === channelOf(line))?.[0] ?? "?";
  return `${venues[venueOf(line)]?.name ?? "?"}, line ${channel},`;
}

function excerpt(payload: Buffer): string {
  const text = payload.toString("latin1", 0, TEXT_MAX).replaceAll(/[^\x20-\x7e]/g, ".");
  return payload.length > TEXT_MAX ? `${text}…` : text;
}
