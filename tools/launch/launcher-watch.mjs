import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";

const SHELL = /(^|\/)-?(sh|ash|dash|bash|zsh)$/;

/**
 * Returns a function that tells whether the npm which started this process still lives. npm runs a script through a shell,
 * and a shell that does not replace itself by the script (dash) outlives a killed npm: then npm is the shell's parent.
 * @returns {() => boolean}
 */
export function launcherWatch() {
  const parent = process.ppid;
  const shell = describe(parent);
  if (shell === undefined || !SHELL.test(shell.name)) return () => process.ppid === parent && isAlive(parent);
  const npm = shell.parent;
  const isShellOfNpm =
    process.platform === "linux" ? () => describe(parent)?.parent === npm : () => isAlive(npm);
  return () => process.ppid === parent && isShellOfNpm();
}

function describe(pid) {
  try {
    if (process.platform === "linux") return parseStat(readFileSync(`/proc/${pid}/stat`, "utf8"));
    if (process.platform === "win32") return undefined;
    const line = execFileSync("ps", ["-o", "ppid=,comm=", "-p", String(pid)], { encoding: "utf8" }).trim();
    const [parent, ...name] = line.split(/\s+/);
    return { parent: Number(parent), name: name.join(" ") };
  } catch {
    return undefined;
  }
}

// "pid (name) state ppid ...": the name may itself hold blanks and parentheses.
function parseStat(text) {
  const end = text.lastIndexOf(")");
  return { name: text.slice(text.indexOf("(") + 1, end), parent: Number(text.slice(end + 2).split(" ")[1]) };
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === "EPERM";
  }
}
