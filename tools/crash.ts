import { CRASH_USAGE, runCrash } from "../test/crash/crash-program.ts";

// Real hosts, real files and a venue on loopback, with kill -9 wherever it hurts: `npm run crash`.
try {
  process.exitCode = await runCrash(process.argv.slice(2));
} catch (error) {
  const isUsage = error instanceof TypeError || error instanceof RangeError;
  const text = error instanceof Error ? (isUsage ? error.message : error.stack) : String(error);
  process.stderr.write(`crash: ${text}\n${isUsage ? CRASH_USAGE : ""}`);
  process.exitCode = 1;
}
