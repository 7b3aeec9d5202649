export type { PluginDeskParts } from "./plugin-desk.ts";
export { PluginDesk } from "./plugin-desk.ts";
