import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { basename, dirname, join } from "node:path";

const NETWORK_CODES =
  /\b(ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH|ERR_SOCKET_TIMEOUT)\b/;

/**
 * Runs npm with its output on stderr, because stdout belongs to the program that starts afterwards.
 * @param {string[]} npmArguments
 * @param {string} cwd
 * @returns {Promise<{ code: number, isNetworkFault: boolean }>}
 */
export function runNpm(npmArguments, cwd) {
  return new Promise((resolve, reject) => {
    const { command, prefix, shell } = npmCommand();
    const child = spawn(command, [...prefix, ...npmArguments], {
      cwd,
      shell,
      stdio: ["ignore", "pipe", "pipe"],
    });
    let isNetworkFault = false;
    const pass = (chunk) => {
      isNetworkFault ||= NETWORK_CODES.test(chunk.toString());
      process.stderr.write(chunk);
    };
    child.stdout.on("data", pass);
    child.stderr.on("data", pass);
    child.once("error", reject);
    child.once("close", (code) => resolve({ code: code ?? 1, isNetworkFault }));
  });
}

// The npm that started us, then the one beside this Node, then whatever the PATH has.
function npmCommand() {
  const started = process.env.npm_execpath;
  const bin = dirname(process.execPath);
  const candidates = [
    started !== undefined && basename(started).startsWith("npm-cli") ? started : "",
    join(bin, "..", "lib", "node_modules", "npm", "bin", "npm-cli.js"),
    join(bin, "node_modules", "npm", "bin", "npm-cli.js"),
  ];
  const script = candidates.find((path) => path !== "" && existsSync(path));
  if (script !== undefined) return { command: process.execPath, prefix: [script], shell: false };
  return { command: "npm", prefix: [], shell: process.platform === "win32" };
}
