import assert from "node:assert/strict";
import { OrdStatus, Side } from "../../../abi/host/index.ts";
import { TradingMode } from "../../../host/execution/risk/index.ts";
import { LOT } from "../../support/lane-under-test.ts";
import type { OrderKnowledge } from "./knowledge.ts";
import type { OrderMachine } from "./order-machine.ts";
import type { VenueOrder } from "./venue-order.ts";

const ENDS: ReadonlySet<number> = new Set([
  OrdStatus.DENIED,
  OrdStatus.FILLED,
  OrdStatus.CANCELED,
  OrdStatus.REJECTED,
  OrdStatus.EXPIRED,
]);

/** Names of states, for complaints. */
export function statusName(status: number): string {
  return Object.entries(OrdStatus).find(([, value]) => value === status)?.[0] ?? String(status);
}

/** What must hold after every step, whatever happened: the host is compared with the set of possible worlds, not with the truth. */
export class Checks {
  /** By id: the state after the last step. */
  private readonly last: Map<string, number> = new Map();

  /** A process has begun: what it took over is what the journal proves. */
  begin(machine: OrderMachine): void {
    this.last.clear();
    this.run(machine);
  }

  /** No new order leaves on a line that is down, before a person has armed, or in an instrument that is to be looked at. */
  maySend(machine: OrderMachine, { id, asked }: VenueOrder): void {
    assert.ok(machine.isUp.orders, `${id} left while the line was down`);
    assert.ok(machine.isArmed, `${id} left before anybody had armed`);
    assert.ok(!machine.restricted.has(asked.instrumentId), `${id} left in a restricted instrument`);
    assert.ok(machine.nowNs >= machine.heldUntilNs, `${id} left while the venue wanted none`);
    assert.equal(asked.epoch, machine.host.epoch, `${id} left under the epoch of another start`);
  }

  run(machine: OrderMachine): void {
    for (const [id, known] of machine.knowledge) this.checkOrder(machine, id, known);
    this.checkReserves(machine);
    this.checkPositions(machine);
    const { modes } = machine.host.built;
    for (const instrumentId of machine.restricted)
      assert.ok(
        (modes.instrument[instrumentId - 1] ?? 0) >= TradingMode.CANCEL_ONLY,
        `instrument ${instrumentId} is not halted`,
      );
  }

  private checkOrder(machine: OrderMachine, id: string, known: OrderKnowledge): void {
    const { orders } = machine.host.built;
    const { epoch, sequence } = machine.orderOf(id).asked;
    const slot = orders.findById(epoch, sequence);
    if (slot < 0) {
      assert.ok(
        known.isEnded && known.worlds.worst <= known.filled,
        `${id} is forgotten before its end is told`,
      );
      return;
    }
    const status = orders.columns.status[slot] ?? 0;
    const last = this.last.get(id);
    this.last.set(id, status);
    if (last !== undefined && last !== status) this.checkMove(machine, { id, known, last, status });
    if (known.needsProof && !known.isEnded)
      assert.equal(status, OrdStatus.UNKNOWN, `${id} is ${statusName(status)}, and nobody can say so`);
    const exposure = (orders.columns.exposureQty[slot] ?? 0) / LOT;
    assert.equal((orders.columns.cumQty[slot] ?? 0) / LOT, known.filled, `${id}: fills applied`);
    assert.ok(exposure >= 0, `${id}: leaves of ${exposure}`);
    const worst = known.worlds.worst - known.filled;
    assert.ok(exposure >= worst, `${id}: ${exposure} lots are counted, in the worst world it is ${worst}`);
    assert.equal(
      ENDS.has(status),
      known.isEnded,
      `${id} is ${statusName(status)}, and its end was ${known.isEnded ? "" : "not "}told`,
    );
  }

  private checkMove(machine: OrderMachine, move: Move): void {
    const { id, known, last, status } = move;
    const text = `${id} went from ${statusName(last)} to ${statusName(status)}`;
    if (ENDS.has(last)) {
      const isLateFill = status === OrdStatus.FILLED && known.filled >= known.quantity;
      assert.ok(isLateFill || machine.step.contradicted.has(id), `${text}: what is over came back`);
    }
    if (last === OrdStatus.UNKNOWN) this.checkProof(machine, move, text);
  }

  /** [C7] [C8] UNKNOWN is left by the venue's word about the order, or by the rule of absence, and by nothing else. */
  private checkProof(machine: OrderMachine, { id, known, status }: Move, text: string): void {
    const { told, shown } = machine.step;
    if (ENDS.has(status) && !known.isEnded) {
      assert.ok(known.hasProofOfAbsence(machine.host.kind === "queries"), `${text} without a proof`);
      const { phase } = machine.orderOf(id);
      assert.ok(phase === "lost" || phase === "refused", `${text}, and the venue has it: ${phase}`);
      known.proveAbsent();
      machine.count("proven absent");
      return;
    }
    assert.ok(told.has(id), `${text}, and nothing was told of it`);
    assert.ok(
      ENDS.has(status) || !known.needsProof || shown.has(id),
      `${text} by what may be older than the doubt`,
    );
  }

  /** What is reserved for an instrument is the sum over its orders, and no less. */
  private checkReserves({ host, knowledge }: OrderMachine): void {
    const { orders } = host.built;
    const sums = { [Side.BUY]: [0, 0], [Side.SELL]: [0, 0] };
    for (const id of knowledge.keys()) {
      const [epoch, sequence] = id.split(".").map(Number);
      const slot = orders.findById(epoch ?? 0, sequence ?? 0);
      if (slot < 0) continue;
      const side = orders.columns.side[slot] === Side.BUY ? sums[Side.BUY] : sums[Side.SELL];
      const row = orders.columns.instrument[slot] ?? 0;
      side[row] = (side[row] ?? 0) + (orders.columns.exposureQty[slot] ?? 0);
    }
    assert.deepEqual([[...orders.open.buyQty], [...orders.open.sellQty]], [sums[Side.BUY], sums[Side.SELL]]);
  }

  /** Each execution that was told is in the position once. */
  private checkPositions({ host, venue, knowledge }: OrderMachine): void {
    const { positions } = host.built;
    const expected = new Map<number, number>();
    for (const [id, known] of knowledge) {
      const asked = venue.orders.get(id)?.asked;
      if (asked === undefined) continue;
      const lots = asked.side === Side.BUY ? known.filled : -known.filled;
      for (const agent of [asked.agent, positions.accountRow]) {
        const row = positions.rowOf(agent, asked.instrumentId - 1);
        expected.set(row, (expected.get(row) ?? 0) + lots);
      }
    }
    for (const [row, lots] of expected)
      assert.equal((positions.quantity[row] ?? 0) / LOT, lots, `position of row ${row}`);
  }
}

interface Move {
  readonly id: string;
  readonly known: OrderKnowledge;
  readonly last: number;
  readonly status: number;
}
