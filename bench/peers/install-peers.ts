import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const FOLDER = fileURLToPath(new URL("./", import.meta.url));
const INSTALLED = join(FOLDER, "node_modules", "ccxt");

/** Installs the libraries that are measured beside this one, once: 67 MB that no one else needs. Throws where npm fails. */
export function installPeers(): void {
  if (existsSync(INSTALLED)) return;
  process.stderr.write("installing the benchmarks' peers into bench/peers/node_modules\n");
  const { status, stderr } = spawnSync("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund"], {
    cwd: FOLDER,
    encoding: "utf8",
    shell: process.platform === "win32",
  });
  if (status !== 0)
    throw new Error(
      `npm ci in bench/peers failed: ${stderr.trim()}; the book benchmark needs ccxt beside it, see that npm can reach its registry`,
    );
}
