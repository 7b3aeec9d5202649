import { runTool } from "./node-tool.ts";

/** Rewrites the sources (those named, or all) in the one format; `npm run lint` checks it. */
const paths = process.argv.slice(2);
process.exitCode = await runTool("oxfmt", paths.length === 0 ? ["."] : paths);
