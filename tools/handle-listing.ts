import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { listPlugin } from "./plugin-build/compile.ts";
import { bundledPlugins, projectRoot } from "./plugin-build/plugin-source.ts";

/** The plugin whose code is kept in the repository, so that a change of compiler, SDK or options shows in what is reviewed. */
export const LISTED = "microprice";
export const LISTING_PATH = "test/tools/plugin-build/microprice-handle.wat";
export const RENEW = "node tools/run.mjs tools/handle-listing.ts";

/** Where an assertion ends: it stores the message, file, line and column, and traps. */
const ABORT =
  /i32\.const 32\n(?: *i32\.const \d+\n *i32\.store\n *i32\.const \d+\n){3} *i32\.const \d+\n *i32\.store\n *unreachable/g;

/**
 * What a plugin's `handle` is compiled to: it, and what it calls of the kit and of the plugin's class. Texts and places of assertions are left out, as they
 * move with every line of a source.
 */
export async function handleListing(name: string): Promise<string> {
  const source = bundledPlugins().find(({ manifest }) => manifest.name === name);
  if (source === undefined) throw new Error(`there is no plugin ${name}`);
  const functions = (await listPlugin(source)).replace(/\n\)\n*$/, "").split(/\n(?= \()/);
  const wanted = functions.filter((text) =>
    /^ \(func \$~lib\/abi\/assembly\/\w+\/(handle|\w+#dispatch) /.test(text),
  );
  return `${wanted.map((text) => text.replaceAll(ABORT, ";; an assertion traps")).join("\n")}\n`;
}

if (import.meta.main) writeFileSync(join(projectRoot, LISTING_PATH), await handleListing(LISTED));
