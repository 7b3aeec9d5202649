import fc from "fast-check";
import type { PluginModules } from "../../host/lane/index.ts";
import { randomSeed } from "../support/random-seed.ts";
import { allCommands } from "./commands/all-commands.ts";
import type { MachineCommand } from "./commands/machine-command.ts";
import { rearm } from "./commands/operator.ts";
import { heal, settle } from "./machine/healing.ts";
import type { VenueKind } from "./machine/model-configuration.ts";
import { OrderMachine } from "./machine/order-machine.ts";

/** Of these about half can happen where they stand. */
const COMMANDS_MAX = 100;
const RUNS = 200;

const { SANDPIT_MODEL_RUNS, SANDPIT_MODEL_SEED, SANDPIT_MODEL_PATH, SANDPIT_MODEL_REPLAY } = process.env;

/** How often and from which seed; a failure's `path` and `replayPath` bring its smallest case back. */
export const modelTerms: { readonly seed: number; readonly numRuns: number; readonly path?: string } = {
  seed: Number(SANDPIT_MODEL_SEED ?? randomSeed),
  numRuns: Number(SANDPIT_MODEL_RUNS ?? RUNS),
  ...(SANDPIT_MODEL_PATH === undefined ? {} : { path: SANDPIT_MODEL_PATH }),
};

/** One run: at which kind of venue, and whether its journal is replayed in the end, which takes longer than all the rest. */
export interface ModelRun {
  readonly kind: VenueKind;
  readonly isReplayed: boolean;
}

const runs: fc.Arbitrary<ModelRun> = fc.record({
  kind: fc.constantFrom("engine", "engine", "engine", "queries", "queries"),
  isReplayed: fc.constantFrom(...Array.from({ length: 20 }, (_, index) => index === 0)),
});

/** The model's property: commands in any order, and then everything is healed. `onEnd` sees what a run has come to. */
export function modelProperty(
  modules: PluginModules,
  onEnd: (machine: OrderMachine) => void = () => undefined,
): fc.IProperty<[ModelRun, Iterable<MachineCommand>]> {
  const commands = fc.commands(allCommands, {
    maxCommands: COMMANDS_MAX,
    size: "max",
    ...(SANDPIT_MODEL_REPLAY === undefined ? {} : { replayPath: SANDPIT_MODEL_REPLAY }),
  });
  return fc.property(runs, commands, (run, list) => {
    const machine = new OrderMachine(modules, run.kind);
    machine.turn("orders", true);
    settle(machine);
    rearm(machine);
    fc.modelRun(() => ({ model: machine, real: machine.host }), list);
    heal(machine);
    if (run.isReplayed) {
      const differences = machine.host.replay();
      if (differences.length > 0) throw new Error(`the replay differs: ${differences.join("; ")}`);
      machine.count("replay");
    }
    onEnd(machine);
  });
}
