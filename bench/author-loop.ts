import { createHash } from "node:crypto";
import type { PromotedTimes, SavedTimes } from "./author-session.ts";
import { AuthorSession } from "./author-session.ts";
import type { BenchmarkOptions, BenchmarkResult, Measure } from "./report/index.ts";

const ROUNDS = 8;
const SMALL_ROUNDS = 2;
/** Each of them, not the median alone: an author waits for every one. */
const SHOWN_MS = 1_500;
const LIVE_MS = 50;
/** As the launcher starts a host. */
const FLAGS = ["--no-wasm-dynamic-tiering", "--use-largepages=silent"];

/** How long does an author wait for what he has saved, and an operator for what he has promoted? */
export async function authorLoop({ isSmall }: BenchmarkOptions): Promise<BenchmarkResult> {
  const rounds = isSmall ? SMALL_ROUNDS : ROUNDS;
  const saved: SavedTimes[] = [];
  const promoted: PromotedTimes[] = [];
  const session = new AuthorSession(FLAGS);
  try {
    await session.start();
    for (let round = 0; round < rounds; round++) {
      saved.push(await session.save());
      promoted.push(await session.promote());
    }
  } finally {
    await session.end();
  }
  const limit = (atMost: number): { readonly atMost?: number } => (isSmall ? {} : { atMost });
  return {
    question:
      "milliseconds from saving an agent's source to its first call in the shadow, and from promoting it to its first call alone",
    measures: [
      ...rows(
        "save to compiled",
        saved.map(({ builtMs }) => builtMs),
      ),
      ...rows(
        "save to first call in the shadow",
        saved.map(({ shownMs }) => shownMs),
        limit(SHOWN_MS),
      ),
      ...rows(
        "promote to its answer",
        promoted.map(({ answeredMs }) => answeredMs),
      ),
      ...rows(
        "promote to first live call",
        promoted.map(({ liveMs }) => liveMs),
        limit(LIVE_MS),
      ),
    ],
    hash: createHash("sha256").update(session.steps.join("\n")).digest("hex"),
    input: { source: "the generated market of `sandpit start`, in real time", frames: 0, files: [] },
    counts: { saves: saved.length, promotions: promoted.length },
    notes: [
      "three processes over sockets: the simulated exchange with its host, `sandpit dev`, and this one, which saves, promotes and looks at the clock; the host's API is asked again a millisecond after each answer, which is part of the numbers",
      "the compiler is warm, as after the first build of `sandpit dev`; every step of admission is taken, the second engine's among them; both audit records of each action are synced before its answer",
    ],
  };
}

function rows(name: string, times: readonly number[], limit: { readonly atMost?: number } = {}): Measure[] {
  const sorted = times.toSorted((a, b) => a - b);
  return [
    { name: `${name} p50`, value: sorted[sorted.length >> 1] ?? 0, unit: "ms" },
    { name: `${name} max`, value: sorted.at(-1) ?? 0, unit: "ms", ...limit },
  ];
}
