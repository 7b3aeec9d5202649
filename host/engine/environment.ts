/**
 * What a host is for. `development` runs unsigned plugins and marks them; in the others nothing unsigned runs, and there is no option to
 * change that. `staging` keeps the rules of production with keys and modules of its own.
 */
export const environments = ["development", "staging", "production"] as const;

export type Environment = (typeof environments)[number];
