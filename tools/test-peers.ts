import { spawn, spawnSync } from "node:child_process";
import { existsSync, globSync } from "node:fs";
import { join } from "node:path";
import { projectRoot } from "./project-root.ts";

const FOLDER = join(projectRoot, "test", "peers");

/** Other people's clients, once: about 70 MB that no other test needs. Throws where npm fails. */
function installPeers(): void {
  if (existsSync(join(FOLDER, "node_modules"))) return;
  process.stderr.write("installing other clients into test/peers/node_modules\n");
  const { status, stderr } = spawnSync("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund"], {
    cwd: FOLDER,
    encoding: "utf8",
    shell: process.platform === "win32",
  });
  if (status !== 0)
    throw new Error(`npm ci in test/peers failed: ${stderr.trim()}; see that npm can reach its registry`);
}

/** Lets other clients trade against the simulated venues. */
async function main(): Promise<number> {
  installPeers();
  const files = globSync("*.peer.ts", { cwd: FOLDER }).map((file) => join(FOLDER, file));
  const child = spawn(process.execPath, ["--test", "--test-concurrency=1", ...files.sort()], {
    cwd: projectRoot,
    stdio: "inherit",
  });
  return await new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code) => resolve(code ?? 1));
  });
}

process.exitCode = await main();
