import type { CancelTimer } from "../../../platform/index.ts";
import type { SessionPorts } from "../reconnecting-session.ts";
import type { TokenSigner } from "./token-signer.ts";
import { SESSION_URI } from "../request-signer.ts";

/** A token lives for 120 s. One is made anew when half of that is gone, so that an order never waits for a signature. */
const RENEW_EVERY_NS = 60e9;
/** The venue's clock may be ahead, and the request takes its time: from then on a token is given to nobody. */
const USABLE_NS = 100e9;
const RETRY_NS = 1e9;

interface Held {
  readonly token: string;
  /** Session time before it was asked for: whatever the signer did, it is no older. */
  readonly askedNs: number;
}

/**
 * The tokens of the requests that this gateway sends, each ready before it is needed.
 *
 * | token of a URI | asked for             | came           | failed                            |
 * |----------------|-----------------------|----------------|-----------------------------------|
 * | none           | at the start          | held           | asked for again after 1 s         |
 * | held           | again after 60 s      | the new one held | asked for again after 1 s       |
 * | over 100 s old | (given to nobody)     | held           | asked for again after 1 s         |
 */
export class TokenStore {
  private readonly signer: TokenSigner;
  private readonly uris: readonly string[];
  private readonly ports: SessionPorts;
  private readonly onNotice: (level: "warn", text: string) => void;
  private readonly held = new Map<string, Held>();
  private readonly timers = new Map<string, CancelTimer>();
  private readonly failing = new Set<string>();
  private readonly cells = new Float64Array(1);
  private isStopped = false;

  constructor(
    signer: TokenSigner,
    uris: readonly string[],
    ports: SessionPorts,
    onNotice: (level: "warn", text: string) => void,
  ) {
    this.signer = signer;
    this.uris = uris;
    this.ports = ports;
    this.onNotice = onNotice;
  }

  start(): void {
    for (const uri of this.uris) this.ask(uri);
  }

  /** A token that the venue will still take, or null. */
  get(uri: string): string | null {
    const held = this.held.get(uri);
    return held !== undefined && this.now() - held.askedNs < USABLE_NS ? held.token : null;
  }

  stop(): void {
    this.isStopped = true;
    for (const cancel of this.timers.values()) cancel();
  }

  private ask(uri: string): void {
    const askedNs = this.now();
    this.signer.token(
      uri,
      (token) => {
        this.failing.delete(uri);
        this.held.set(uri, { token, askedNs });
        this.later(uri, RENEW_EVERY_NS);
      },
      (reason) => {
        // Once for each time that it begins to fail, not each second.
        if (!this.isStopped && !this.failing.has(uri))
          this.onNotice(
            "warn",
            `coinbase: no token for ${uri === SESSION_URI ? "the user channel" : uri}: ${reason}; asking again each second`,
          );
        this.failing.add(uri);
        this.later(uri, RETRY_NS);
      },
    );
  }

  private later(uri: string, delayNs: number): void {
    if (this.isStopped) return;
    this.timers.set(
      uri,
      this.ports.timers.after(delayNs, () => {
        this.ask(uri);
      }),
    );
  }

  private now(): number {
    this.ports.clock.stamp(this.cells, 0);
    return this.cells[0] ?? 0;
  }
}
