import { readFileSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Arguments } from "../console/arguments.ts";
import { CommandError, UsageError } from "../console/command-error.ts";
import type { OptionSpec } from "../console/command.ts";
import { ADDRESS_FILE, TOKEN_FILE } from "./control-access.ts";

const OTHERS = 0o077;

/** How commands are told which host they mean. */
export const targetOptions: Readonly<Record<string, OptionSpec>> = {
  url: { value: "URL", help: "of the host's control API; without it, the address in --data" },
  "token-file": { value: "FILE", help: "with the token; without it, the one in --data" },
  data: { value: "DIR", help: "folder of a host that `sandpit start` runs (./journal)" },
};

/** A host's API, and the token for it. */
export interface ControlTarget {
  readonly url: string;
  readonly token: string;
}

/** Finds the host. Throws CommandError when none runs there, or its token cannot be read; UsageError for an address that is none. */
export function controlTarget(given: Arguments): ControlTarget {
  const data = resolve(given.text("data") ?? "journal");
  const url = given.text("url") ?? announcedUrl(data);
  if (!/^https?:\/\/[^/]+\/?$/.test(url))
    throw new UsageError(`--url is "${url}"`, "write it as in http://127.0.0.1:9200");
  return {
    url: url.replace(/\/$/, ""),
    token: readToken(given.text("token-file") ?? join(data, TOKEN_FILE)),
  };
}

function announcedUrl(data: string): string {
  try {
    return readFileSync(join(data, ADDRESS_FILE), "utf8").trim();
  } catch (cause) {
    throw new CommandError(
      `no host runs in ${data}`,
      "start one with `npm start`, name its folder with --data, or its address with --url",
      { cause },
    );
  }
}

function readToken(path: string): string {
  try {
    const { mode } = statSync(path);
    // Windows has no such bits and reports 0o666 for every file.
    if (process.platform !== "win32" && (mode & OTHERS) !== 0)
      throw new CommandError(
        `the token ${path} may be read by others than its owner (mode ${(mode & 0o777).toString(8)})`,
        `chmod 600 ${path}; if others could read it, replace it with \`sandpit token new\``,
      );
    return readFileSync(path, "utf8").trim();
  } catch (cause) {
    if (cause instanceof CommandError) throw cause;
    throw new CommandError(
      `the token ${path} cannot be read`,
      "name the file with --token-file; `sandpit token new` makes a token",
      { cause },
    );
  }
}
