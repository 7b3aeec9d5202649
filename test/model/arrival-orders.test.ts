import assert from "node:assert/strict";
import { before, test } from "node:test";
import fc from "fast-check";
import type { PluginModules } from "../../host/lane/index.ts";
import { randomSeed } from "../support/random-seed.ts";
import { answers } from "./commands/answers.ts";
import { cancels } from "./commands/cancels.ts";
import { fills } from "./commands/fills.ts";
import type { MachineCommand, Weighted } from "./commands/machine-command.ts";
import { rearm } from "./commands/operator.ts";
import { submits } from "./commands/submits.ts";
import { settle } from "./machine/healing.ts";
import { modelModules } from "./machine/model-configuration.ts";
import { OrderMachine } from "./machine/order-machine.ts";

const RUNS = 60;
const COMMANDS_MAX = 40;

let modules: PluginModules;
before(async () => {
  modules = await modelModules();
});

/** What the venue does, while nothing of it arrives. */
const families: readonly Weighted[] = [...submits, ...answers, ...fills, ...cancels];
const commands = fc.array(
  fc.oneof(...families.map(([weight, arbitrary]) => ({ weight: weight * 2, arbitrary }))),
  { minLength: 10, maxLength: COMMANDS_MAX },
);

/** A session at a venue whose messages all wait. */
function waiting(list: readonly MachineCommand[]): OrderMachine {
  const machine = new OrderMachine(modules, "engine");
  machine.turn("orders", true);
  settle(machine);
  rearm(machine);
  machine.isHeldBack = true;
  for (const command of list) if (command.check(machine)) command.run(machine, machine.host);
  machine.isHeldBack = false;
  return machine;
}

/** Both queues arrive, each in its own order; `turns` says from which the next one comes. */
function arrive(machine: OrderMachine, turns: readonly boolean[]): number {
  const { wire } = machine;
  let count = 0;
  for (; wire.answers.length + wire.events.length > 0; count++) {
    const isAnswer =
      wire.events.length === 0 || (wire.answers.length > 0 && turns[count % turns.length] === true);
    const message = (isAnswer ? wire.answers : wire.events)[0];
    if (message !== undefined && wire.claimMessage(message)) machine.deliver([message]);
  }
  return count;
}

/** What the host has come to, by order and instrument. */
function stateOf({ host, venue }: OrderMachine): object {
  const { orders, positions, modes } = host.built;
  const { status, cumQty, venueCumQty, exposureQty, proven } = orders.columns;
  return {
    orders: [...venue.orders.values()].map(({ id, asked }) => {
      const slot = orders.findById(asked.epoch, asked.sequence);
      return [id, status[slot], cumQty[slot], venueCumQty[slot], exposureQty[slot], proven[slot]];
    }),
    reserved: [[...orders.open.buyQty], [...orders.open.sellQty]],
    positions: [...positions.quantity],
    modes: [...modes.instrument],
  };
}

test(`[V15] a session ends in the same state in whichever order the messages of its two channels arrive (seed ${randomSeed})`, () => {
  let arrived = 0;
  const turns = fc.array(fc.boolean(), { minLength: 8, maxLength: 40 });
  const property = fc.property(commands, turns, turns, (list, one, other) => {
    const [first, second] = [waiting(list), waiting(list)];
    arrived += arrive(first, one) + arrive(second, other);
    assert.deepEqual(stateOf(first), stateOf(second));
  });
  fc.assert(property, { seed: randomSeed, numRuns: RUNS });
  assert.ok(arrived > RUNS * 4, `${arrived} messages`);
});
