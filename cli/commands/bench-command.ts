import type { Command } from "../console/command.ts";
export const benchCommand: Command = { name: "bench", summary: "", options: {}, run: () => Promise.resolve(1) };
