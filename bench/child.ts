import { recordingPaths } from "./frames/index.ts";
import { catalogue } from "./catalogue.ts";
import { conditionsSince, currentLoad } from "./report/index.ts";

/** Runs one benchmark in this process and prints its result as one line of JSON: `child.ts <name> [small]`. */
async function main(): Promise<void> {
  const [name = "", size] = process.argv.slice(2);
  const entry = catalogue.get(name);
  if (entry === undefined)
    throw new Error(`there is no benchmark "${name}"; there are ${[...catalogue.keys()].join(", ")}`);
  const loadBefore = currentLoad();
  const frames = recordingPaths() === undefined ? "generated" : "recorded";
  const result = await entry.run({ isSmall: size === "small", frames });
  process.stdout.write(`${JSON.stringify({ name, result, conditions: conditionsSince(loadBefore) })}\n`);
}

await main();
