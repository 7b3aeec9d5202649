import { OrdStatus } from "../../../abi/host/index.ts";
import type { PositionBook } from "../../execution/positions/index.ts";
import type { BuiltLane } from "../../lane/index.ts";
import { instrumentName } from "../../lane/index.ts";
import { isOver } from "./folded-orders.ts";
import { joined } from "./joined-position.ts";
import type { Holder, Opening, OpeningInstrument, OpeningOrder, OpeningPosition } from "./opening.ts";
import { OpeningError } from "./opening.ts";
import { seedFills } from "./seed-fills.ts";

const PARTS_PER_WHOLE = 100_000_000n;

/**
 * Seeds a lane, before its first input, with what earlier sessions left: positions and fees, and orders under their old ids, UNKNOWN
 * where nothing proves their end. What belongs to an agent that is configured no more becomes the host's own. Returns a line for each thing
 * that this configuration has no place for: it stays in the journal for a later one. Throws OpeningError where numbers would change their
 * meaning.
 */
export function applyOpening(built: BuiltLane, opening: Opening): string[] {
  const left: string[] = [];
  for (const position of opening.positions) {
    const instrument = rowOf(built, position, "position");
    if (instrument >= 0) seedPosition(built, position, instrument, built.positions);
    else if (position.holder === "account" && position.quantity !== "0")
      left.push(
        `a position of ${position.quantity} in ${position.venue}/${position.symbol}, which is not configured`,
      );
  }
  for (const fee of opening.fees) seedFee(built, fee);
  for (const order of opening.orders) {
    const instrument = rowOf(built, order, "order");
    if (instrument >= 0) seedOrder(built, order, instrument);
    else if (!isOver(order, order.cumQty))
      left.push(
        `order ${order.epoch}.${order.sequence} in ${order.venue}/${order.symbol}, which is not configured and cannot be asked about`,
      );
  }
  seedFills(
    built,
    opening,
    ({ venue, symbol }) => nameRow(built, venue, symbol),
    (base, instrument) => {
      seedPosition(built, base, instrument, built.history.base);
    },
  );
  return left;
}

function nameRow({ instruments, configuration }: BuiltLane, venue: string, symbol: string): number {
  return instruments.instruments.findIndex(
    (candidate) => candidate.symbol === symbol && configuration.venues[candidate.venueIndex]?.name === venue,
  );
}

/** Row of the lane's instrument, or -1. Mantissas of other exponents would be other amounts. */
function rowOf(
  built: BuiltLane,
  given: OpeningInstrument & { readonly priceExponent: number; readonly sizeExponent: number },
  what: string,
): number {
  const { venue, symbol, priceExponent, sizeExponent } = given;
  const { instruments, configuration } = built;
  const row = nameRow(built, venue, symbol);
  const found = instruments.instruments[row];
  if (found === undefined) return -1;
  if (found.priceExponent !== priceExponent || found.sizeExponent !== sizeExponent)
    throw new OpeningError(
      `the journal's ${what} in ${instrumentName(configuration, row)} counts prices and sizes by the exponents ${priceExponent} and ${sizeExponent}, the configuration by ${found.priceExponent} and ${found.sizeExponent}; start with the old ones, or close it and begin a new journal`,
    );
  return row;
}

function agentOf({ configuration, positions }: BuiltLane, holder: Holder): number {
  if (holder === "external") return positions.externalRow;
  const place = configuration.agents.findIndex(({ name }) => holder === `agent:${name}`);
  return place < 0 ? configuration.agents.length : place;
}

function seedPosition(
  built: BuiltLane,
  given: OpeningPosition,
  instrument: number,
  positions: PositionBook,
): void {
  const agent = given.holder === "account" ? positions.accountRow : agentOf(built, given.holder);
  const row = positions.rowOf(agent, instrument);
  const { quantity, cost, realized } = joined(
    {
      quantity: BigInt(positions.quantity[row] ?? 0),
      cost: join(positions.costWhole[row], positions.costParts[row]),
      realized: join(positions.realizedWhole[row], positions.realizedParts[row]),
    },
    { quantity: BigInt(given.quantity), cost: BigInt(given.cost), realized: BigInt(given.realized) },
  );
  positions.quantity[row] = safe(quantity, given);
  positions.costWhole[row] = safe(floorDivide(cost), given);
  positions.costParts[row] = Number(cost - floorDivide(cost) * PARTS_PER_WHOLE);
  positions.realizedWhole[row] = safe(floorDivide(realized), given);
  positions.realizedParts[row] = Number(realized - floorDivide(realized) * PARTS_PER_WHOLE);
}

function join(whole = 0, parts = 0): bigint {
  return BigInt(whole) * PARTS_PER_WHOLE + BigInt(parts);
}

function floorDivide(amount: bigint): bigint {
  const whole = amount / PARTS_PER_WHOLE;
  return amount < 0n && whole * PARTS_PER_WHOLE !== amount ? whole - 1n : whole;
}

function safe(amount: bigint, { venue, symbol }: OpeningInstrument): number {
  const value = Number(amount);
  if (!Number.isSafeInteger(value))
    throw new OpeningError(
      `the journal's position in ${venue}/${symbol} comes to ${amount}, beyond 2^53; close it and begin a new journal`,
    );
  return value;
}

function seedFee(built: BuiltLane, fee: Opening["fees"][number]): void {
  const { balances, assets, configuration } = built;
  const venue = configuration.venues.findIndex(({ name }) => name === fee.venue);
  const asset = assets.assets.findIndex(
    ({ code, exponent }) => code === fee.asset && exponent === fee.exponent,
  );
  const row = venue * balances.assetCount + asset;
  if (venue < 0 || asset < 0 || row >= balances.rowCount) return;
  const amount = Number(fee.amount);
  if (fee.holder === "account") balances.fees[row] = (balances.fees[row] ?? 0) + amount;
  else {
    const agentRow = agentOf(built, fee.holder) * balances.rowCount + row;
    balances.agentFees[agentRow] = (balances.agentFees[agentRow] ?? 0) + amount;
  }
}

function seedOrder(built: BuiltLane, order: OpeningOrder, instrument: number): void {
  const { orders } = built;
  const isOpen = OPEN.has(order.status);
  const slot = orders.restore({
    ...order,
    status: isOpen ? OrdStatus.UNKNOWN : order.status,
    agent: agentOf(built, order.holder),
    instrument,
    venueOrderId: BigInt(order.venueOrderId),
    tradeIds: order.tradeIds.map(BigInt),
  });
  if (slot < 0)
    throw new OpeningError(
      `the journal has more orders in doubt than the order table holds open; raise orders.capacity`,
    );
  // The older one of a replace comes first, by its number.
  const { replaces } = order;
  const older = replaces === undefined ? -1 : orders.findById(replaces.epoch, replaces.sequence);
  if (older >= 0) orders.relink(slot, older);
}

const OPEN: ReadonlySet<number> = new Set([
  OrdStatus.PENDING_NEW,
  OrdStatus.ACCEPTED,
  OrdStatus.PARTIALLY_FILLED,
  OrdStatus.PENDING_CANCEL,
  OrdStatus.PENDING_REPLACE,
  OrdStatus.UNKNOWN,
]);
