import type { Command } from "../console/command.ts";
export const pluginCommand: Command = { name: "plugin", summary: "", options: {}, run: () => Promise.resolve(1) };
