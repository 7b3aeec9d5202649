import { parseArgs } from "node:util";
import type { CrashLife } from "./crash-run.ts";
import { CrashRun } from "./crash-run.ts";
import { failpointNames } from "./failpoint-names.ts";

const LAST_TRADE_MS = 2_000;

export const CRASH_USAGE = `npm run crash -- [--kills N] [--seed S] [--only random|failpoints] [--json]

  --kills N    kills at random moments under load (10)
  --seed S     of the market and of the moments (1)
  --only WHAT  random moments alone, or the named places alone
  --json       one JSON line a life
`;

/** Kills hosts at every named place and at random moments. Answers the exit code: 1 where a judge complained. Throws TypeError or RangeError for arguments. */
export async function runCrash(given: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...given],
    options: {
      kills: { type: "string", default: "10" },
      seed: { type: "string", default: "1" },
      only: { type: "string" },
      json: { type: "boolean", default: false },
    },
  });
  const kills = Number(values.kills);
  if (!(kills >= 0)) throw new RangeError(`--kills ${values.kills}: give a number of 0 or more`);
  const names = values.only === "random" ? [] : failpointNames();
  const run = await CrashRun.start(Number(values.seed));
  const lives: CrashLife[] = [];
  const told = (life: CrashLife): void => {
    lives.push(life);
    process.stdout.write(`${values.json ? JSON.stringify(life) : lifeLine(life)}\n`);
  };
  try {
    for (const failpoint of names) told(await run.die({ failpoint }));
    const randomKills = values.only === "failpoints" ? 0 : kills;
    for (let kill = 0; kill < randomKills; kill++) told(await run.die(run.randomDeath()));
    told(await run.lastLife(LAST_TRADE_MS));
  } finally {
    await run.end();
  }
  const complaints = lives.flatMap((life) => life.complaints).length;
  if (!values.json)
    process.stdout.write(
      `${lives.length - 1} kills, ${names.length} of them at named places${names.length === 0 && values.only !== "random" ? " (this host has none)" : ""}; ${complaints} complaints\n`,
    );
  return complaints === 0 ? 0 : 1;
}

/** One line for a life, and one for each complaint. */
export function lifeLine({ life, death, orders, fills, complaints }: CrashLife): string {
  return [
    `life ${life}  ${death}  ${orders} orders  ${fills} fills`,
    ...complaints.map((text) => `  ${text}`),
  ].join("\n");
}
