import { createHash } from "node:crypto";
import type { Hash } from "node:crypto";
import { SpanLog } from "./span-log.ts";
import type { SpanSummary } from "./span-log.ts";
import { StubMarket } from "./stub-market.ts";
import type { StubFrame } from "./stub-market.ts";
import type { StubRequest } from "./stub-orders.ts";
import { StubSockets } from "./stub-sockets.ts";

/** What the stub is told, once everything is connected. */
export interface StubOrder {
  /** Of which the hash is made. */
  readonly framesInTurn: number;
  readonly warmFrames: number;
  readonly frames: number;
  /** Between two frames to the same side. */
  readonly everyMs: number;
}

/** What the stub says: its port first, the result last. */
export type StubWord =
  | { readonly kind: "port"; readonly port: number }
  | {
      readonly kind: "result";
      readonly host: SpanSummary;
      readonly echo: SpanSummary;
      readonly hash: string;
    };

/** As long as a quote. */
const ECHO_FRAME = "q".repeat(150);
const SETTLE_MS = 300;
const UPDATES_FIRST = 3;
/** A trade is among them. */
const FRAMES_FIRST = 40;
const LOST_MS = 10_000;
const LAST_MS = 1_000;
const ANSWER_MS = 5;

/**
 * A process of its own that plays the venue: it gives a frame to the host and, half a period later, the same bytes to a bare client in the same process as
 * the host, and takes the time until the order, or the echo, is back. It spins on its event loop, so that neither side waits for it to wake.
 */
class VenueStub {
  private readonly market = new StubMarket();
  private readonly spans = { host: new SpanLog(), echo: new SpanLog() };
  private readonly frames: StubFrame[] = [];
  private isPlaying = false;
  private readonly hash: Hash = createHash("sha256");
  private readonly sockets = new StubSockets(this.market, {
    onOrder: (request, nowMs) => {
      if (this.isPlaying) this.match(request, nowMs);
    },
    onEcho: (nowMs) => this.spans.echo.answered(nowMs, 1),
  });

  async run(): Promise<void> {
    say({ kind: "port", port: await this.sockets.listen() });
    const order = await new Promise<StubOrder>((resolve) =>
      process.once("message", (word) => resolve(word as StubOrder)),
    );
    await this.makeBook();
    const hash = await this.playInTurn(order.framesInTurn);
    await this.play({ ...order, frames: order.warmFrames });
    this.spans.host.count();
    this.spans.echo.count();
    await this.play(order);
    const { host, echo } = this.spans;
    say({ kind: "result", host: host.summary(), echo: echo.summary(), hash });
    this.sockets.close();
    process.disconnect();
  }

  /** Each frame when the one before has its order: which orders come of it depends on nothing but the frames. Their SHA-256. */
  private async playInTurn(frames: number): Promise<string> {
    for (let index = 0; index < frames; index++) {
      const dueMs = performance.now();
      this.send(index * 2, dueMs);
      while (this.spans.host.waitingCount > 0) {
        if (performance.now() - dueMs > LOST_MS)
          throw new Error(`frame ${index} has had no order for 10 s: see the host's notices`);
        await new Promise((resolve) => setImmediate(resolve));
      }
      // The order's end is on its way to the agent, which has one order at a time.
      await new Promise((resolve) => setTimeout(resolve, ANSWER_MS));
    }
    return this.hash.copy().digest("hex");
  }

  /** The host asks for its snapshot when the first update has come; from the first trade on every feature is known. Orders on the way do not count. */
  private async makeBook(): Promise<void> {
    for (let update = 0; update < UPDATES_FIRST; update++) {
      this.sockets.market?.send(this.market.depth());
      await settled();
    }
    for (let frame = 0; frame < FRAMES_FIRST; frame++) this.sockets.market?.send(this.market.frame().text);
    await settled();
    this.isPlaying = true;
  }

  /** Frames at a fixed rate by the clock, whatever the answers do. The last ones are waited for, as long as a slow one may take. */
  private play({ frames, everyMs }: StubOrder): Promise<void> {
    const startMs = performance.now() + everyMs;
    const endMs = startMs + frames * everyMs + LAST_MS;
    let sent = 0;
    return new Promise((resolve) => {
      const turn = (): void => {
        const nowMs = performance.now();
        const dueMs = startMs + (sent * everyMs) / 2;
        if (sent < frames * 2 && nowMs >= dueMs) this.send(sent++, dueMs);
        if (nowMs >= endMs) resolve();
        else setImmediate(turn);
      };
      turn();
    });
  }

  private send(index: number, dueMs: number): void {
    const { market, echo } = this.sockets;
    if (index % 2 === 1) {
      this.spans.echo.sent(dueMs);
      echo?.send(ECHO_FRAME);
      return;
    }
    const frame = this.market.frame();
    this.frames.push(frame);
    this.spans.host.sent(dueMs);
    market?.send(frame.text);
  }

  /**
   * The order answers the newest frame that waits and has its price; those before it came while an order was under way, or were overtaken. It counts from the
   * oldest of them.
   */
  private match({ params }: StubRequest, nowMs: number): void {
    const price = Number(params["price"]);
    const place = this.frames.findLastIndex(({ bid, ask }) => price === Number(bid) || price === Number(ask));
    if (place < 0) throw new Error(`an order at ${price} answers no frame that waits for one`);
    this.frames.splice(0, place + 1);
    this.spans.host.answered(nowMs, place + 1);
    const { symbol, side, type, timeInForce, quantity } = params;
    this.hash.update(`${symbol} ${side} ${type} ${timeInForce} ${quantity} ${price}\n`);
  }
}

function settled(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
}

function say(word: StubWord): void {
  process.send?.(word);
}

if (import.meta.main) await new VenueStub().run();
