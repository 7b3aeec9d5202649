import type { CancelTimer, Clock } from "../../platform/index.ts";
import type { LogonSigner, RequestSigner } from "../gateways/index.ts";
import type { SignerCode } from "./signer-error.ts";
import { SignerError } from "./signer-error.ts";
import { FrameKind } from "./signer-frame.ts";
import type { Frame } from "./signer-frame.ts";
import type { HeldKeyFacts, Hello, VenueKey } from "./signer-message.ts";
import { signedSchema } from "./signer-message.ts";
import type { SignerProcessPorts } from "./signer-process.ts";
import { refusalIn, SignerProcess } from "./signer-process.ts";
import { TokenCache } from "./token-cache.ts";

/** A signature takes 0.1 ms; a signer that takes this long is as good as gone. */
const ANSWER_MAX_NS = 2e9;
/** As many as the signer lets wait. */
const WAITING_MAX = 64;
const ID_MAX = 0xffff_ffff;

export interface SignerPorts extends SignerProcessPorts {
  readonly clock: Clock;
}

export type SignerNotice = (level: "info" | "warn" | "error", text: string) => void;

/** How the signer fares, for metrics. */
export interface SignerState {
  readonly isReady: boolean;
  /** How often each code came back. */
  readonly refusals: ReadonlyMap<SignerCode, number>;
}

interface Waiting {
  readonly resolve: (text: string) => void;
  readonly reject: (error: SignerError) => void;
  readonly cancelDeadline: CancelTimer;
}

/** The trading process's side of the signer: what gateways ask for signatures. It holds no key, and signs nothing when the signer is gone. */
export class SignerClient implements SignerState {
  readonly #keys: readonly VenueKey[];
  readonly #ports: SignerPorts;
  readonly #process: SignerProcess;
  readonly #onNotice: SignerNotice;
  readonly #waiting = new Map<number, Waiting>();
  readonly #refusals = new Map<SignerCode, number>();
  #start: { resolve: (keys: readonly HeldKeyFacts[]) => void; reject: (error: SignerError) => void } | null =
    null;
  #id = 0;

  constructor(hello: Hello, ports: SignerPorts, onNotice: SignerNotice) {
    this.#keys = hello.keys;
    this.#ports = ports;
    this.#onNotice = onNotice;
    this.#process = new SignerProcess(hello, ports, {
      onReady: (keys) => this.#onReady(keys),
      onAnswer: (frame) => this.#onAnswer(frame),
      onDown: (error, waitNs) => this.#onDown(error, waitNs),
    });
  }

  /** Starts the process. Rejects with SignerError when the first attempt fails, and then no other follows: a host does not start without its keys. */
  start(): Promise<readonly HeldKeyFacts[]> {
    return new Promise((resolve, reject) => {
      this.#start = { resolve, reject };
      this.#process.start();
    });
  }

  get isReady(): boolean {
    return this.#process.isReady;
  }

  get pid(): number | undefined {
    return this.#process.pid;
  }

  get refusals(): ReadonlyMap<SignerCode, number> {
    return this.#refusals;
  }

  /** For a venue that logs sessions on. Throws for a venue without a key. */
  logonSigner(venue: string): LogonSigner {
    return {
      apiKey: this.#keyOf(venue).apiKey,
      logon: (timestampMs, onSigned, onRefused) => {
        this.#ask(FrameKind.LOGON, { venue, timestampMs }).then(onSigned, (error: unknown) =>
          onRefused(error instanceof SignerError ? `${error.message} (${error.code})` : String(error)),
        );
      },
    };
  }

  /** Both, for one venue. Throws for a venue without a key. */
  venueSigner(venue: string): LogonSigner & RequestSigner {
    return { ...this.logonSigner(venue), ...this.requestSigner(venue) };
  }

  /** For a venue's REST requests. Throws for a venue without a key. */
  requestSigner(venue: string): RequestSigner {
    this.#keyOf(venue);
    const cache = new TokenCache(this.#ports.clock, (uri) => this.#ask(FrameKind.TOKEN, { venue, uri }));
    return {
      token: (uri) => cache.token(uri),
      rest: (method, path, query) => this.#ask(FrameKind.REST, { venue, method, path, query }),
    };
  }

  /** Ends the process for good. */
  stop(): void {
    this.#process.stop();
    this.#rejectAll(new SignerError("SANDPIT_SIGNER_DOWN", "the host is stopping"));
  }

  #keyOf(venue: string): VenueKey["key"] {
    const found = this.#keys.find((key) => key.venue === venue);
    if (found === undefined) throw new Error(`signer: no key was configured for ${venue}`);
    return found.key;
  }

  #ask(kind: FrameKind, body: unknown): Promise<string> {
    return new Promise((resolve, reject) => {
      const refuse = (error: SignerError): void => {
        this.#refusals.set(error.code, (this.#refusals.get(error.code) ?? 0) + 1);
        reject(error);
      };
      if (!this.#process.isReady) {
        refuse(
          new SignerError("SANDPIT_SIGNER_DOWN", "the signer is not running; it is being started again"),
        );
        return;
      }
      this.#id = (this.#id % ID_MAX) + 1;
      const id = this.#id;
      if (this.#waiting.size >= WAITING_MAX || !this.#process.send({ kind, id, body })) {
        refuse(
          new SignerError(
            "SANDPIT_SIGNER_BUSY",
            `${this.#waiting.size} requests wait for the signer already`,
          ),
        );
        return;
      }
      const cancelDeadline = this.#ports.timers.after(ANSWER_MAX_NS, () => {
        this.#waiting.delete(id);
        refuse(
          new SignerError(
            "SANDPIT_SIGNER_OVERDUE",
            `the signer did not answer within ${ANSWER_MAX_NS / 1e9} s`,
          ),
        );
      });
      this.#waiting.set(id, { resolve, reject: refuse, cancelDeadline });
    });
  }

  #onAnswer(frame: Frame): void {
    const waiting = this.#waiting.get(frame.id);
    // One that was given up.
    if (waiting === undefined) return;
    this.#waiting.delete(frame.id);
    waiting.cancelDeadline();
    const signed = frame.kind === FrameKind.SIGNED ? signedSchema.safeParse(frame.body).data : undefined;
    if (signed === undefined) waiting.reject(refusalIn(frame));
    else waiting.resolve(signed.text);
  }

  #onReady(keys: readonly HeldKeyFacts[]): void {
    const names = keys.map(({ venue, algorithm, fingerprint }) => `${venue} (${algorithm} ${fingerprint})`);
    this.#onNotice(
      "info",
      `signer: process ${this.#process.pid ?? "?"} holds the keys of ${names.join(", ")}`,
    );
    this.#start?.resolve(keys);
    this.#start = null;
  }

  #onDown(error: SignerError, waitNs: number): void {
    if (this.#start !== null) {
      this.#process.stop();
      this.#start.reject(error);
      this.#start = null;
      return;
    }
    this.#rejectAll(error);
    const wait = (waitNs / 1e9).toFixed(1);
    this.#onNotice(
      "error",
      `signer: ${error.message} (${error.code}); sessions that are logged on trade on, no other is; starting it again in ${wait} s`,
    );
  }

  #rejectAll(error: SignerError): void {
    const waiting = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const { cancelDeadline, reject } of waiting) {
      cancelDeadline();
      reject(error);
    }
  }
}
