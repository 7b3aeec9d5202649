import type { ProductChannel } from "./channel.ts";
import type { ClientSession } from "./client-session.ts";

/** Hands a product's messages to the connections that have subscribed to them. */
export class ChannelHub {
  readonly #sessions: ReadonlySet<ClientSession>;

  constructor(sessions: ReadonlySet<ClientSession>) {
    this.#sessions = sessions;
  }

  /** `events` is built only if somebody listens, and once for all. */
  publish(channel: ProductChannel, productId: string, nowNs: number, events: () => string): void {
    let text = "";
    for (const { stream } of this.#sessions) {
      if (!stream.listens(channel, productId)) continue;
      if (text === "") text = events();
      stream.publish(channel, productId, text, nowNs);
    }
  }
}
