import type { Command } from "../console/command.ts";
export const replayCommand: Command = { name: "replay", summary: "", options: {}, run: () => Promise.resolve(1) };
