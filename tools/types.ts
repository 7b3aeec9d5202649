import { runTool } from "./node-tool.ts";

const code = await runTool("tsc", ["-p", "tsconfig.json", "--noEmit"]);
process.stdout.write(code === 0 ? "types: clean\n" : "types: the compiler found fault\n");
process.exitCode = code;
