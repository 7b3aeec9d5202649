import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { LaunchError } from "./launch-error.mjs";
import { withLockFile } from "./lock-file.mjs";
import { runNpm } from "./npm.mjs";

/**
 * Makes node_modules equal to package-lock.json. Costs two file reads when it already is.
 * @param {string} root
 */
export async function installDependencies(root) {
  const stampPath = join(root, "node_modules", ".sandpit-stamp");
  const wanted = stampOf(root);
  if (readText(stampPath) === wanted) return;
  // The lock lies outside node_modules, which `npm ci` deletes.
  const lock = join(root, ".cache", "install.lock");
  const onWait = (holder) =>
    process.stderr.write(`sandpit: process ${holder} is installing the dependencies, waiting\n`);
  await withLockFile(
    lock,
    async () => {
      if (readText(stampPath) === wanted) return;
      if (!isInstalledByHand(root)) await install(root);
      writeFileSync(stampPath, wanted);
    },
    onWait,
  );
}

function stampOf(root) {
  const hash = createHash("sha256").update(`${process.platform}-${process.arch}\n`);
  for (const file of ["package.json", "package-lock.json"]) hash.update(readFileSync(join(root, file)));
  return hash.digest("hex");
}

function readText(path) {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}

// After an `npm ci` by hand, or a change of package.json which touches no dependency, npm's own record of what it
// installed agrees with the lock file, and another install would only cost time.
function isInstalledByHand(root) {
  const record = readText(join(root, "node_modules", ".package-lock.json"));
  if (record === undefined) return false;
  const installed = JSON.parse(record).packages;
  const { "": project, ...locked } = JSON.parse(
    readFileSync(join(root, "package-lock.json"), "utf8"),
  ).packages;
  if (!agrees(project, JSON.parse(readFileSync(join(root, "package.json"), "utf8")))) return false;
  if (Object.keys(installed).some((name) => locked[name] === undefined)) return false;
  return Object.entries(locked).every(([name, { version, integrity, optional }]) => {
    const found = installed[name];
    if (found === undefined) return optional === true;
    return found.version === version && found.integrity === integrity;
  });
}

function agrees(project, manifest) {
  const kinds = ["dependencies", "devDependencies", "optionalDependencies"];
  return kinds.every((kind) => JSON.stringify(project[kind] ?? {}) === JSON.stringify(manifest[kind] ?? {}));
}

async function install(root) {
  process.stderr.write("sandpit: installing the dependencies (npm ci)\n");
  const options = [
    "--ignore-scripts",
    "--include=dev",
    "--include=optional",
    "--engine-strict=false",
    "--no-audit",
    "--no-fund",
  ];
  const { code, isNetworkFault } = await runNpm(["ci", "--loglevel=error", ...options], root);
  if (code === 0) return;
  throw new LaunchError(
    `could not install the dependencies (npm ended with ${code})`,
    isNetworkFault
      ? "connect to the network, or point npm to a reachable registry, and start again"
      : "see npm's words above; `npm ci --ignore-scripts` repeats the step",
  );
}
