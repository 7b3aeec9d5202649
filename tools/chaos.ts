import { CHAOS_USAGE, chaosArguments } from "../test/chaos/run/chaos-arguments.ts";
import { runChaos } from "../test/chaos/run/chaos-program.ts";

// Whole hosts in virtual time, with everything that can go wrong at a venue, a disk and a process: `npm run chaos`.
try {
  process.exitCode = await runChaos(chaosArguments(process.argv.slice(2)));
} catch (error) {
  const isUsage = error instanceof TypeError || error instanceof RangeError;
  const text = error instanceof Error ? (isUsage ? error.message : error.stack) : String(error);
  process.stderr.write(`chaos: ${text}\n${isUsage ? CHAOS_USAGE : ""}`);
  process.exitCode = 1;
}
