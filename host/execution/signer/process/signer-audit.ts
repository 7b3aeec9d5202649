import type { Clock } from "../../../platform/index.ts";
import { SignerError } from "../signer-error.ts";
import type { SignerCode } from "../signer-error.ts";
import { SignatureRate } from "./signature-rate.ts";

/** Refused requests noted one by one; what is beyond is counted, so that nobody fills the disk with refusals. */
const REFUSAL_LIMIT = { burst: 50, perSecond: 5 };

/** Where the lines go. Throws when a line cannot be written. */
export interface LineSink {
  write(line: string): void;
}

/** What was asked: never a query, a signature or a token. */
export interface AuditedRequest {
  readonly venue: string;
  readonly kind: "start" | "logon" | "token" | "rest" | "unknown";
  /** Method and path, or a token's `uri`; cut and printable. */
  readonly what: string;
}

/** The signer's own note of what it signed and refused, one line of JSON each. What cannot be noted is not signed. */
export class SignerAudit {
  readonly #clock: Clock;
  readonly #sink: LineSink;
  readonly #refusalRate: SignatureRate;
  #unwritten = 0;

  constructor(clock: Clock, sink: LineSink) {
    this.#clock = clock;
    this.#sink = sink;
    this.#refusalRate = new SignatureRate(clock, REFUSAL_LIMIT);
  }

  /** Before the signature leaves. Throws SignerError. */
  signing(request: AuditedRequest): void {
    try {
      this.#note(request, "signed");
    } catch {
      throw new SignerError(
        "SANDPIT_SIGNER_AUDIT_FAILED",
        "the signer's audit file cannot be written, so nothing is signed; look at the disk and the rights of its folder, then restart",
      );
    }
  }

  /** Never throws: a refusal stands whether it is noted or not. */
  refused(request: AuditedRequest, code: SignerCode): void {
    if (!this.#refusalRate.take()) {
      this.#unwritten += 1;
      return;
    }
    try {
      this.#note(request, code);
    } catch {
      this.#unwritten += 1;
    }
  }

  #note(request: AuditedRequest, outcome: string): void {
    const unwritten = this.#unwritten === 0 ? {} : { refusalsUnwritten: this.#unwritten };
    this.#sink.write(JSON.stringify({ atMs: this.#clock.wallMs(), ...request, outcome, ...unwritten }));
    this.#unwritten = 0;
  }
}
