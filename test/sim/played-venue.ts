/** How long a test waits for something, in session time. */
const PATIENCE_NS = 120_000_000_000;

/** One end of a connection, as a test sees it. */
export interface ClientPort {
  send(text: string): void;
  /** The next text frame; fails when none comes. */
  next(): Promise<string>;
  /** Waits for the end of the connection; its close code. */
  closed(): Promise<number>;
}

/** What every simulated venue is to those who play it. */
interface Playable {
  readonly nextNs: number;
  readonly clock: { ms(nowNs: number): number };
  advance(nowNs: number): void;
}

/** A venue inside the process. Its time moves only when a test waits for something. */
export class PlayedVenue<Venue extends Playable> {
  readonly venue: Venue;
  nowNs = 0;

  constructor(venue: Venue) {
    this.venue = venue;
  }

  /** Epoch ms at the venue. */
  nowMs(): number {
    return this.venue.clock.ms(this.nowNs);
  }

  /** Lets session time pass. */
  wait(durationNs: number): void {
    this.nowNs += durationNs;
    this.venue.advance(this.nowNs);
  }

  /** Plays the venue until something holds, for at most two minutes of session time. */
  playUntil(done: () => boolean): void {
    const limitNs = this.nowNs + PATIENCE_NS;
    while (!done() && this.venue.nextNs <= limitNs) {
      this.nowNs = Math.max(this.nowNs, this.venue.nextNs);
      this.venue.advance(this.nowNs);
    }
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

/** An in-process connection that keeps what the venue sent, with the times at which it arrives. */
export class PlayedPort implements ClientPort {
  readonly frames: { readonly text: string; readonly dueNs: number }[] = [];
  closeCode = 0;
  readonly #playUntil: (done: () => boolean) => void;
  #send: (text: string) => void = () => {};

  constructor(driver: Pick<PlayedVenue<Playable>, "playUntil">) {
    this.#playUntil = (done) => driver.playUntil(done);
  }

  attach(send: (text: string) => void): void {
    this.#send = send;
  }

  send(text: string): void {
    this.#send(text);
  }

  /** Async like the socket's, so that one suite serves both. */
  async next(): Promise<string> {
    await Promise.resolve();
    return this.take();
  }

  /** The oldest frame not taken yet; plays the venue until there is one. */
  take(): string {
    this.#playUntil(() => this.frames.length > 0);
    const frame = this.frames.shift();
    if (frame === undefined) throw new Error("no frame came within two minutes of session time");
    return frame.text;
  }

  async closed(): Promise<number> {
    await Promise.resolve();
    this.#playUntil(() => this.closeCode !== 0);
    if (this.closeCode === 0)
      throw new Error("the connection was not closed within two minutes of session time");
    return this.closeCode;
  }
}
