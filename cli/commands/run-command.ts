import type { Command } from "../console/command.ts";
export const runCommand: Command = { name: "run", summary: "", options: {}, run: () => Promise.resolve(1) };
