import { existsSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { bundledPlugins } from "../../tools/plugin-build/plugin-source.ts";
import type { Arguments } from "../console/arguments.ts";
import { UsageError } from "../console/command-error.ts";
import type { Command } from "../console/command.ts";
import { ControlClient } from "../control/control-client.ts";
import { controlTarget, targetOptions } from "../control/control-target.ts";
import { StopRequest } from "../live/stop-request.ts";
import { DevLoop } from "../plugins/dev-loop.ts";
import { DevReport } from "../plugins/dev-report.ts";

export const devCommand: Command = {
  name: "dev",
  summary:
    "Builds a plugin at each save, puts it beside the one that runs in a host, and tells how they compare: dev NAME|DIR [SLOT].",
  operands: "NAME|DIR [SLOT]",
  options: {
    ...targetOptions,
    fresh: { help: "begin with nothing at each save, and not with what the plugin in place knows" },
    once: { help: "one build and one deployment, without watching" },
  },
  run: runCommand,
};

async function runCommand(given: Arguments): Promise<number> {
  const [plugin, slot] = given.operands;
  if (plugin === undefined || given.operands.length > 2)
    throw new UsageError("dev takes a plugin and a slot", "dev NAME|DIR [SLOT]");
  const folder = folderOf(plugin);
  // A host that is not there is told at once, not after a build.
  controlTarget(given);
  const loop = new DevLoop({
    folder,
    slot: slot ?? basename(folder),
    client: () => new ControlClient(controlTarget(given)),
    report: new DevReport(given.has("json"), (text) => process.stdout.write(text)),
    isFresh: given.has("fresh"),
    isOnce: given.has("once"),
  });
  const stop = new StopRequest();
  void stop.reason.then(() => loop.end());
  try {
    return await loop.run();
  } finally {
    stop.release();
  }
}

function folderOf(given: string): string {
  const found = bundledPlugins().find(({ manifest }) => manifest.name === given);
  if (found !== undefined) return found.folder;
  const folder = resolve(given);
  if (existsSync(join(folder, "manifest.json"))) return folder;
  throw new UsageError(
    `${given} is no plugin: there is no manifest.json in ${folder}`,
    "name a plugin below plugins/, or a plugin's folder",
  );
}
