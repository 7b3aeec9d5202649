import type { Command } from "../console/command.ts";
export const startCommand: Command = { name: "start", summary: "", options: {}, run: () => Promise.resolve(1) };
