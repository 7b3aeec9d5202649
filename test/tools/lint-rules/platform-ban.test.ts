import { platformBan } from "../../../tools/lint-rules/platform-ban.ts";
import { ruleTester } from "./rule-tester.ts";

const free = [
  ["host/platform/clock.ts", "export const now = (): number => performance.now();"],
  ["sim/server/listen.ts", 'import { createServer } from "node:http"; setTimeout(() => createServer(), 1);'],
  ["sim/binance/stream.socket.ts", 'import { connect } from "node:net"; connect(Date.now());'],
  ["cli/main.ts", "console.log(new Date(), Math.random());"],
  ["test/host/engine/a.test.ts", 'import { readFileSync } from "node:fs"; readFileSync("x");'],
  ["tools/lint.ts", 'import { spawn } from "node:child_process"; spawn("x");'],
  ["host/engine/a.ts", "export const area = Math.floor(1.5) + Math.max(1, 2);"],
  ["host/engine/a.ts", 'import { createHash, verify } from "node:crypto"; createHash("sha256"); verify;'],
  ["host/engine/a.ts", 'import type { Server } from "node:http"; export type A = Server;'],
  [
    "host/engine/a.ts",
    "export function f(performance: { now(): number }): number { return performance.now(); }",
  ],
  [
    "host/engine/a.ts",
    "export const a = { Date: 1, setTimeout: 2 }; export const b = a.Date + a.setTimeout;",
  ],
  ["host/engine/a.ts", "export function f(at: Date): Date { return at; }"],
  ["host/engine/a.ts", "export const text = process.platform;"],
] as const;

const banned = [
  [
    "host/engine/a.ts",
    "const t = Date.now();",
    /Date is not deterministic: use the Clock port of host\/platform\//,
  ],
  ["host/engine/a.ts", "const t = new Date();", /Clock port/],
  ["host/lane/step.hot.ts", "const t = performance.now();", /Clock port/],
  ["abi/host/records.ts", "const t = process.hrtime.bigint();", /process\.hrtime .* Clock port/],
  ["host/engine/a.ts", "const r = Math.random();", /Math\.random .* Random port/],
  ["host/engine/a.ts", 'const r = Math["random"]();', /Random port/],
  ["host/engine/a.ts", "const { random } = Math;", /Random port/],
  ["host/engine/a.ts", 'import { randomBytes } from "node:crypto";', /crypto\.randomBytes .* Random port/],
  ["host/engine/a.ts", 'import * as c from "crypto"; c.randomUUID();', /Random port/],
  ["host/engine/a.ts", "crypto.getRandomValues(new Uint8Array(4));", /Random port/],
  ["host/engine/a.ts", "setTimeout(() => {}, 1);", /Timers port/],
  ["host/engine/a.ts", "const { setInterval: every } = globalThis;", /Timers port/],
  ["host/engine/a.ts", "queueMicrotask(() => {});", /Timers port/],
  ["host/engine/a.ts", "process.nextTick(() => {});", /Timers port/],
  ["host/engine/a.ts", "const later = globalThis.setImmediate;", /globalThis\.setImmediate .* Timers port/],
  ["host/engine/a.ts", 'import { readFileSync } from "node:fs";', /node:fs .* Disk port/],
  ["host/engine/a.ts", 'import fs from "fs";', /Disk port/],
  ["host/engine/a.ts", 'export * from "node:fs/promises";', /Disk port/],
  ["host/engine/a.ts", 'const net = await import("node:net");', /Wire port/],
  ["host/control/a.ts", 'import { createServer } from "https";', /Wire port/],
  ["host/control/a.ts", 'import { Worker } from "node:worker_threads";', /Threads port/],
  ["host/control/a.ts", 'import { spawn } from "node:child_process";', /Threads port/],
  ["host/control/a.ts", 'import { performance as p } from "node:perf_hooks";', /Clock port/],
  ["host/control/a.ts", 'import { setTimeout as sleep } from "node:timers/promises";', /Timers port/],
  ["sim/market/engine.ts", "const t = Date.now();", /take a clock as an argument; sim\/server\//],
] as const;

ruleTester().run("platform ban", platformBan, {
  valid: free.map(([filename, code]) => ({ name: `${filename} may: ${code}`, filename, code })),
  invalid: banned.map(([filename, code, message]) => ({
    name: `${filename} may not: ${code}`,
    filename,
    code,
    errors: [{ message }],
  })),
});
