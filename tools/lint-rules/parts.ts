import { posix } from "node:path";

/**
 * The architecture as a table: which plane may import which. A plane may always import itself, and `abi/host` is open to
 * the whole host. Adapters are known to main alone.
 */
const HOST_ARROWS: ReadonlyMap<string, readonly string[]> = new Map([
  ["platform", []],
  ["engine", ["platform"]],
  ["journal", ["platform"]],
  ["data", ["platform", "engine", "journal"]],
  ["execution", ["platform", "engine", "journal"]],
  ["lane", ["platform", "engine", "journal", "data", "execution"]],
  ["adapters", ["platform"]],
  ["control", ["platform", "engine", "journal", "data", "execution", "lane"]],
]);

/** Planes made of several parts, each entered through its own index.ts. */
const SPLIT_PLANES: ReadonlySet<string> = new Set(["platform", "data", "execution", "adapters"]);

/** Where a file belongs: `plane` decides what it may import, `part` is the folder with the index.ts others enter by. */
export interface Place {
  readonly area: "abi" | "host" | "sim" | "plugins" | "free";
  /** The host's plane; "main" for the composition root; empty outside the host. */
  readonly plane: string;
  /** Folder of the part, without a slash at its end; empty where there is none. */
  readonly part: string;
}

/** The place of a file, given by its path from the repository's root. */
export function placeOf(path: string): Place {
  const [area = "", second = "", third = "", fourth = ""] = path.split("/");
  if (area === "abi") return { area, plane: "", part: second === "host" ? "abi/host" : "" };
  if (area === "plugins") return { area, plane: "", part: "" };
  if (area === "sim") return { area, plane: "", part: third === "" ? "" : `sim/${second}` };
  if (area !== "host") return { area: "free", plane: "", part: "" };
  if (third === "") return { area, plane: "main", part: "" };
  const isSplit = SPLIT_PLANES.has(second) && fourth !== "";
  return { area, plane: second, part: isSplit ? `host/${second}/${third}` : `host/${second}` };
}

/** Why `from` may not import `to`, or undefined where it may. Both are paths from the repository's root. */
export function whyNotImport(from: string, to: string, isTypeOnly: boolean): string | undefined {
  const source = placeOf(from);
  const target = placeOf(to);
  if (source.area === "free" || source.area === "plugins") return undefined;
  return (
    whyNotArea(source, target) ?? whyNotPlane(source, target, isTypeOnly) ?? whyNotEntry(source, target, to)
  );
}

function whyNotArea(source: Place, target: Place): string | undefined {
  if (source.area === "sim" && target.area !== "sim") {
    return "sim/ stands in for the venues and knows nothing of the system it judges: it imports from sim/ alone";
  }
  if (source.area === "abi" && target.area !== "abi")
    return "abi/ is the bottom of the architecture: it imports from abi/ alone";
  if (source.area !== "host" || target.area === "host") return undefined;
  if (target.area === "abi")
    return target.part === "abi/host" ? undefined : "the host sees the ABI through abi/host/ alone";
  return `host/ imports from abi/host/ and host/ alone, not from ${target.area === "free" ? "programs and tests" : `${target.area}/`}`;
}

function whyNotPlane(source: Place, target: Place, isTypeOnly: boolean): string | undefined {
  if (source.area !== "host" || target.area !== "host" || source.plane === "main") return undefined;
  const allowed = HOST_ARROWS.get(source.plane);
  if (allowed === undefined)
    return `host/${source.plane}/ is no part of the architecture: add it to tools/lint-rules/parts.ts`;
  if (source.plane === target.plane || allowed.includes(target.plane)) return undefined;
  // An adapter implements a port, and a port is a type of the part which needs it.
  if (source.plane === "adapters" && isTypeOnly) return undefined;
  const list = ["abi/host", ...allowed.map((plane) => `host/${plane}`)].join(", ");
  return `the arrows of the architecture let host/${source.plane}/ import from ${list} alone`;
}

function whyNotEntry(source: Place, target: Place, to: string): string | undefined {
  if (target.part === "" || target.part === source.part) return undefined;
  if (to === `${target.part}/index.ts`) return undefined;
  return `a part is entered through its index: import from ${target.part}/index.ts`;
}

/** The path from the root that a relative import of the file `from` names. */
export function resolveImport(from: string, specifier: string): string {
  return posix.join(posix.dirname(from), specifier);
}
