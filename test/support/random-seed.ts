/** The seed of this run's property tests: new each time, or SANDPIT_SEED to see a failure again. Print it in the title. */
export const randomSeed: number = Number(process.env["SANDPIT_SEED"] ?? Math.floor(Math.random() * 2 ** 31));
