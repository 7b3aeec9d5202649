import { runTool } from "./node-tool.ts";

/** What has to hold of the sources, each with the tool that knows. All of them run, so that one reading tells everything. */
const CHECKS = [
  { name: "oxlint", remedy: "", run: () => runTool("oxlint", []) },
  { name: "oxfmt", remedy: " (npm run format repairs it)", run: () => runTool("oxfmt", ["--check", "."]) },
  { name: "knip", remedy: "", run: () => runTool("knip", ["--no-progress"]) },
] as const;

const failed: string[] = [];
for (const check of CHECKS) {
  if ((await check.run()) !== 0) failed.push(check.name + check.remedy);
}
process.stdout.write(failed.length === 0 ? "lint: clean\n" : `lint: ${failed.join(", ")} found fault\n`);
process.exitCode = failed.length === 0 ? 0 : 1;
