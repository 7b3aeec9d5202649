import { createHash } from "node:crypto";
import type { Lane } from "../../host/lane/index.ts";
import { EffectKind } from "../../host/lane/index.ts";
import type { OrderSink } from "./frame-drive.hot.ts";

/** SHA-256 over the bytes of all orders, in order. */
export class OrderHash implements OrderSink {
  isOn = true;
  private readonly hash = createHash("sha256");

  take({ effects }: Lane): void {
    if (!this.isOn) return;
    for (let index = 0; index < effects.count; index++) {
      if (effects.kind(index) !== EffectKind.SEND_ORDER) continue;
      this.hash.update(
        effects.egress.subarray(effects.offset(index), effects.offset(index) + effects.length(index)),
      );
    }
  }

  /** The digest so far; nothing is added from then on. */
  finish(): string {
    this.isOn = false;
    return this.hash.copy().digest("hex");
  }
}
