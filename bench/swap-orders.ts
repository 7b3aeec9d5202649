import type { Lane } from "../host/lane/index.ts";
import { EffectKind } from "../host/lane/index.ts";
import { OrderHash } from "./lane/order-hash.ts";
import type { OrderSink } from "./lane/frame-drive.hot.ts";

const CLIENT_ORDER_ID = /"newClientOrderId":"([^"]+)"/;

/** Every order that leaves: its bytes in one hash, and its client order id, which no other may have. */
export class SwapOrders implements OrderSink {
  /** New orders; requests to cancel are in the hash alone. */
  sent = 0;
  readonly clientOrderIds: Set<string> = new Set<string>();
  private readonly hash = new OrderHash();

  take(lane: Lane): void {
    this.hash.take(lane);
    const { effects, parts } = lane;
    for (let index = 0; index < effects.count; index++) {
      if (effects.kind(index) !== EffectKind.SEND_ORDER) continue;
      if (parts.orders.isCancel(effects.a(index), effects.b(index))) continue;
      const offset = effects.offset(index);
      const text = effects.egress.toString("latin1", offset, offset + effects.length(index));
      this.sent += 1;
      this.clientOrderIds.add(CLIENT_ORDER_ID.exec(text)?.[1] ?? "");
    }
  }

  /** The digest of all bytes so far; more may follow. */
  digest(): string {
    const digest = this.hash.finish();
    this.hash.isOn = true;
    return digest;
  }
}
