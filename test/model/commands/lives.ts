import assert from "node:assert/strict";
import fc from "fast-check";
import type { Weighted } from "./machine-command.ts";
import { commandsOf } from "./machine-command.ts";

/**
 * [C1] [C2] [C12] The process dies, and another takes over: on the same disk, or on a copy of it elsewhere. There is no fence between two processes
 * that both live but the lock of the journal, so that of a failover only this is tried: that a second one cannot start beside the first, and that
 * the requests of the one that died, which may still arrive, are found by the one that follows, under a higher epoch.
 */
export const lives: readonly Weighted[] = [
  [
    0.5,
    commandsOf<{ readonly isWritten: boolean }>(
      {
        name: "crash",
        can: () => true,
        act: (machine, { isWritten }) => {
          const { epoch } = machine.host;
          machine.restart(isWritten, false);
          assert.ok(machine.host.epoch > epoch, `epoch ${machine.host.epoch} after ${epoch}`);
        },
      },
      fc.record({ isWritten: fc.boolean() }),
    ),
  ],
  [
    0.5,
    commandsOf<null>(
      {
        name: "failover",
        can: () => true,
        act: (machine) => {
          const { epoch } = machine.host;
          assert.throws(() => machine.host.startSecond(), /lock|process/i);
          machine.restart(true, true);
          assert.ok(machine.host.epoch > epoch, `epoch ${machine.host.epoch} after ${epoch}`);
        },
      },
      fc.constant(null),
    ),
  ],
];
