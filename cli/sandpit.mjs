#!/usr/bin/env node
// The `sandpit` command: `sandpit COMMAND` is `node tools/run.mjs cli/main.ts COMMAND`, wherever it is called.
import { fileURLToPath } from "node:url";

const launcher = fileURLToPath(new URL("../tools/run.mjs", import.meta.url));
process.argv.splice(1, 1, launcher, "cli/main.ts");
await import("../tools/run.mjs");
