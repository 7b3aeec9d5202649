import type fc from "fast-check";
import { answers } from "./answers.ts";
import { cancels } from "./cancels.ts";
import { fills } from "./fills.ts";
import { lies } from "./lies.ts";
import { lines } from "./lines.ts";
import { lives } from "./lives.ts";
import type { MachineCommand, Weighted } from "./machine-command.ts";
import { operators } from "./operator.ts";
import { queries } from "./queries.ts";
import { replaces } from "./replaces.ts";
import { reports } from "./reports.ts";
import { submits } from "./submits.ts";
import { swaps } from "./swaps.ts";
import { times } from "./times.ts";

const families: readonly (readonly Weighted[])[] = [
  submits,
  answers,
  fills,
  reports,
  cancels,
  replaces,
  queries,
  lines,
  lives,
  swaps,
  times,
  operators,
  lies,
];

/** Everything that can happen; what weighs more stands there more often. What ends most of what others begin weighs little. */
export const allCommands: fc.Arbitrary<MachineCommand>[] = families
  .flat()
  .flatMap(([weight, command]) => Array.from({ length: weight * 2 }, () => command));
