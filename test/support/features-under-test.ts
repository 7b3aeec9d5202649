import type { FieldValues } from "./record-writer.ts";
import { writeRecord } from "./record-writer.ts";
import type { PlainPlugin } from "./plain-plugin.ts";

/** Sends one record to a feature kernel; what it published, by output number. */
export function publish(
  plugin: PlainPlugin,
  name: Parameters<typeof writeRecord>[0],
  values: FieldValues,
): Map<number, number> {
  const { records } = plugin.send(writeRecord(name, values));
  return new Map(records.map(({ fields }) => [Number(fields["output"]), Number(fields["value"])]));
}

/** Within a rounding error of some operations of doubles. */
export function isNear(one: number | undefined, other: number, tolerance = 1e-9): boolean {
  return one !== undefined && Math.abs(one - other) <= tolerance * Math.max(1, Math.abs(other));
}
