import type { NewOrder, SelfTradePrevention, Side } from "../../../sim/market/index.ts";

interface Resting {
  readonly request: NewOrder;
  leaves: number;
}

/** Price-time priority the slow way: one list of resting orders in time order, searched whole for every match. */
export class ReferenceBook {
  readonly lines: string[] = [];
  private resting: Resting[] = [];
  private readonly prevention: SelfTradePrevention;

  constructor(prevention: SelfTradePrevention) {
    this.prevention = prevention;
  }

  take(): string[] {
    return this.lines.splice(0);
  }

  submit(request: NewOrder): string {
    const opposite = this.candidates(request.side === 1 ? 2 : 1);
    const best = opposite[0];
    if (request.type === "LIMIT_MAKER" && best !== undefined && takes(request, best)) return "WOULD_TAKE";
    if (request.type === "MARKET" && best === undefined) return "NO_LIQUIDITY";
    const id = request.clientOrderId;
    this.lines.push(`accepted ${id} NEW`);
    const plan = this.plan(request, opposite);
    if (request.type === "LIMIT" && request.timeInForce === "FOK" && plan.leaves > 0) {
      this.lines.push(`expired ${id} after 0`);
    } else {
      this.carryOut(request, plan);
    }
    return "ok";
  }

  cancel(clientOrderId: string): boolean {
    const index = this.resting.findIndex(({ request }) => request.clientOrderId === clientOrderId);
    if (index < 0) return false;
    this.resting.splice(index, 1);
    this.lines.push(`canceled ${clientOrderId} by nobody`);
    return true;
  }

  depth(side: Side): [number, number][] {
    const levels = new Map<number, number>();
    for (const { leaves, request } of this.candidates(side)) {
      levels.set(request.price, (levels.get(request.price) ?? 0) + leaves);
    }
    return [...levels];
  }

  openIds(account: number): string[] {
    return this.resting
      .filter(({ request }) => request.account === account)
      .map((o) => o.request.clientOrderId);
  }

  private carryOut(request: NewOrder, plan: Plan): void {
    const id = request.clientOrderId;
    this.lines.push(...plan.lines);
    for (const [maker, quantity] of plan.fills) maker.leaves -= quantity;
    this.resting = this.resting.filter((maker) => maker.leaves > 0 && !plan.expired.has(maker));
    if (plan.leaves > 0 && !plan.stopped) {
      const rests =
        request.type === "LIMIT_MAKER" || (request.type === "LIMIT" && request.timeInForce === "GTC");
      if (rests) this.resting.push({ request, leaves: plan.leaves });
      else this.lines.push(`expired ${id} after ${request.quantity - plan.leaves}`);
    }
  }

  private candidates(side: Side): Resting[] {
    const away = side === 1 ? -1 : 1;
    const orders = this.resting.filter(({ request }) => request.side === side);
    return orders.sort((a, b) => away * (a.request.price - b.request.price));
  }

  private plan(request: NewOrder, opposite: readonly Resting[]): Plan {
    const plan: Plan = {
      leaves: request.quantity,
      lines: [],
      fills: new Map(),
      expired: new Set(),
      stopped: false,
    };
    for (const maker of opposite) {
      if (plan.leaves === 0 || !takes(request, maker)) break;
      if (maker.request.account === request.account && request.account !== 0) {
        if (this.prevention !== "EXPIRE_TAKER") {
          plan.expired.add(maker);
          plan.lines.push(
            `expired ${maker.request.clientOrderId} after ${maker.request.quantity - maker.leaves}`,
          );
        }
        if (this.prevention === "EXPIRE_MAKER") continue;
        plan.stopped = true;
        plan.lines.push(`expired ${request.clientOrderId} after ${request.quantity - plan.leaves}`);
        break;
      }
      const quantity = Math.min(plan.leaves, maker.leaves);
      plan.leaves -= quantity;
      plan.fills.set(maker, quantity);
      const { clientOrderId, price } = maker.request;
      plan.lines.push(`${request.clientOrderId} took ${quantity} at ${price} from ${clientOrderId}`);
    }
    return plan;
  }
}

interface Plan {
  leaves: number;
  stopped: boolean;
  readonly lines: string[];
  readonly fills: Map<Resting, number>;
  readonly expired: Set<Resting>;
}

function takes(request: NewOrder, maker: Resting): boolean {
  if (request.type === "MARKET") return true;
  return request.side === 1 ? maker.request.price <= request.price : maker.request.price >= request.price;
}
