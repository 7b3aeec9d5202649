import { existsSync, readFileSync } from "node:fs";

const FILE = new URL("../../host/platform/failpoints/failpoint.ts", import.meta.url);
const NAME = /^ {2}([A-Z][A-Z_]+): \d+,$/gm;

/** The places at which a host can be made to die, as its environment spells them; none where this host has none. */
export function failpointNames(): string[] {
  if (!existsSync(FILE)) return [];
  return [...readFileSync(FILE, "utf8").matchAll(NAME)].map(([, name = ""]) =>
    name.toLowerCase().replaceAll("_", "-"),
  );
}
