import { buildPlugins } from "../../tools/build-plugins.ts";
import type { Arguments } from "../console/arguments.ts";
import type { Command } from "../console/command.ts";

/** What bench/index.ts exports. */
interface Benchmarks {
  runBenchmarks(options: {
    readonly json: boolean;
    readonly small: boolean;
    readonly only: readonly string[];
  }): Promise<number>;
}

export const benchCommand: Command = {
  name: "bench",
  summary: "Measures this machine: plugins, lane, journal, tick to order.",
  options: {
    only: { value: "NAME", isList: true, help: "the benchmarks to run; all without it" },
    small: { help: "short runs, to see that everything works" },
  },
  run: runCommand,
};

async function runCommand(given: Arguments): Promise<number> {
  await buildPlugins();
  // Loaded on demand: no other command needs it.
  const benchmarks: Benchmarks = await import("../../bench/index.ts");
  return benchmarks.runBenchmarks({
    json: given.has("json"),
    small: given.has("small"),
    only: given.texts("only"),
  });
}
