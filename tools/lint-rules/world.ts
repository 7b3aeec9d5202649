/** A piece of the world outside the process, and the port of host/platform/ that stands for it. */
export type Port = "Clock" | "Timers" | "Random" | "Disk" | "Wire" | "Threads";

/** Globals which read or move the world. */
export const GLOBAL_PORTS: ReadonlyMap<string, Port> = new Map<string, Port>([
  ["Date", "Clock"],
  ["performance", "Clock"],
  ["setTimeout", "Timers"],
  ["setInterval", "Timers"],
  ["setImmediate", "Timers"],
  ["queueMicrotask", "Timers"],
  ["crypto", "Random"],
  ["fetch", "Wire"],
  ["WebSocket", "Wire"],
  ["EventSource", "Wire"],
  ["Worker", "Threads"],
]);

/** Members, as written, of globals that are harmless otherwise. */
export const MEMBER_PORTS: ReadonlyMap<string, Port> = new Map<string, Port>([
  ["Math.random", "Random"],
  ["process.nextTick", "Timers"],
  ["process.hrtime", "Clock"],
  ["process.uptime", "Clock"],
  ["process.cpuUsage", "Clock"],
  ["AbortSignal.timeout", "Timers"],
]);

/** Modules of Node.js, without `node:` and without what follows a slash. */
export const MODULE_PORTS: ReadonlyMap<string, Port> = new Map<string, Port>([
  ["fs", "Disk"],
  ["net", "Wire"],
  ["tls", "Wire"],
  ["http", "Wire"],
  ["https", "Wire"],
  ["http2", "Wire"],
  ["dgram", "Wire"],
  ["dns", "Wire"],
  ["worker_threads", "Threads"],
  ["child_process", "Threads"],
  ["cluster", "Threads"],
  ["perf_hooks", "Clock"],
  ["timers", "Timers"],
]);

/** Exports of node:crypto that make randomness. Hashes and signatures are pure functions, and allowed. */
export const CRYPTO_RANDOM: ReadonlySet<string> = new Set([
  "getRandomValues",
  "generateKey",
  "generateKeyPair",
  "generateKeyPairSync",
  "generateKeySync",
  "generatePrime",
  "generatePrimeSync",
  "pseudoRandomBytes",
  "randomBytes",
  "randomFill",
  "randomFillSync",
  "randomInt",
  "randomUUID",
  "subtle",
  "webcrypto",
]);

/** Whether a file has to reach the world through ports, so that a replay reaches the same state. */
export function isDeterministic(path: string): boolean {
  if (path.startsWith("abi/host/")) return true;
  if (path.startsWith("host/")) return !path.startsWith("host/platform/");
  return path.startsWith("sim/") && !path.startsWith("sim/server/") && !path.endsWith(".socket.ts");
}

/** What to do instead of using `name`. */
export function remedyFor(path: string, name: string, port: Port): string {
  const instead = path.startsWith("sim/")
    ? `take a ${port.toLowerCase()} as an argument; sim/server/ and *.socket.ts alone touch the world`
    : `use the ${port} port of host/platform/, so that a replay sees what this run saw`;
  return `${name} is not deterministic: ${instead}`;
}
