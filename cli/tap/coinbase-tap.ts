import { ChannelLine } from "../../host/execution/gateways/coinbase/channel-line.ts";
import { subscription } from "../../host/execution/gateways/coinbase/subscription.ts";
import type { SessionPorts } from "../../host/execution/gateways/index.ts";
import type { MarketTap, TapListener } from "./market-tap.ts";

const CHANNELS = ["level2", "market_trades", "heartbeats"] as const;
/** `sequence_num` stands before the events, which may be 5 MB. */
const HEAD_BYTES = 240;

/** Books and trades of some products, on one line: a number that is missing makes the line anew, which begins with snapshots. */
export class CoinbaseTap implements MarketTap {
  private readonly listener: TapListener;
  private readonly line: ChannelLine;
  private lastSequence = -1;

  constructor(products: readonly string[], marketUrl: string, ports: SessionPorts, listener: TapListener) {
    this.listener = listener;
    const messages = CHANNELS.map((channel) => subscription("subscribe", channel, products));
    this.line = new ChannelLine(
      { name: "market data", url: marketUrl, subscriptions: () => messages, isProof: () => true },
      ports,
      {
        onMessage: (_kind, bytes, lengthBytes) => {
          listener.onFrame("market", bytes, lengthBytes);
          this.follow(bytes, lengthBytes);
        },
        onUp: () => {
          this.lastSequence = -1;
          listener.onUp();
        },
        onDown: (reason) => {
          listener.onDown(reason);
        },
        onNotice: (level, text) => {
          listener.onNotice(level, text);
        },
      },
    );
  }

  start(): void {
    this.line.start();
  }

  stop(): void {
    this.line.stop();
  }

  private follow(bytes: Uint8Array, lengthBytes: number): void {
    const head = Buffer.from(bytes.subarray(0, Math.min(lengthBytes, HEAD_BYTES))).toString("latin1");
    const text = /"sequence_num":(\d+)/.exec(head)?.[1];
    if (text === undefined) return;
    const sequence = Number(text);
    const isGap = this.lastSequence >= 0 && sequence !== this.lastSequence + 1;
    this.lastSequence = sequence;
    if (!isGap) return;
    this.listener.onNotice("warn", `coinbase: sequence_num jumps to ${sequence}; the line is made anew`);
    this.line.drop("a gap");
  }
}
