export { PlacedPlugins } from "./placed-plugins.ts";
export type { PlacedSource } from "./placed-source.ts";
