import type { Clock, Random } from "../../../platform/index.ts";
import type { SignerCode } from "../signer-error.ts";
import { asSignerError, SignerError } from "../signer-error.ts";
import type { Frame } from "../signer-frame.ts";
import { printable } from "./allow-list.ts";
import { checkedTimestampMs, logonText, signedQuery, signText } from "./binance-signature.ts";
import { checkUri, coinbaseToken } from "./coinbase-token.ts";
import type { HeldKey } from "./held-key.ts";
import { SignatureRate } from "./signature-rate.ts";
import type { AuditedRequest, SignerAudit } from "./signer-audit.ts";
import type { LogonRequest, RestRequest, SignerRequest, TokenRequest } from "./signer-request.ts";
import { auditedOf, requestOf } from "./signer-request.ts";

/** A stamp of tomorrow would be a signature in store for whoever breaks into the host today. Host and signer have one clock. */
const STAMP_SKEW_MS_MAX = 10_000;
const NONCE_BYTES = 16;
const MS_PER_SECOND = 1000;

/** Signatures of one key by kind, at once and a second: a host that reconnects needs a logon in seconds, one that reconciles some REST requests a second. */
const rates = {
  logon: { burst: 5, perSecond: 0.5 },
  token: { burst: 40, perSecond: 10 },
  rest: { burst: 40, perSecond: 10 },
} as const;
type Kind = SignerRequest["kind"];

/** Who speaks which kind. */
const protocols = { logon: "binance", token: "coinbase", rest: "binance" } as const;

export type SignerAnswer = { readonly text: string } | { readonly code: SignerCode; readonly text: string };

export interface DeskPorts {
  readonly clock: Clock;
  readonly random: Random;
  readonly audit: SignerAudit;
}

interface Drawer {
  readonly held: HeldKey;
  readonly rates: Readonly<Record<Kind, SignatureRate>>;
}

/** Signs what is on the lists, in the forms that they give, and refuses everything else with a code. It composes what it signs: nobody hands it a text to sign. */
export class SignerDesk {
  readonly #ports: DeskPorts;
  readonly #drawers: ReadonlyMap<string, Drawer>;

  constructor(keys: readonly HeldKey[], ports: DeskPorts) {
    this.#ports = ports;
    const rateOf = (kind: Kind): SignatureRate => new SignatureRate(ports.clock, rates[kind]);
    this.#drawers = new Map(
      keys.map((held) => [
        held.venue,
        { held, rates: { logon: rateOf("logon"), token: rateOf("token"), rest: rateOf("rest") } },
      ]),
    );
  }

  /** Never rejects. */
  async answer(frame: Frame): Promise<SignerAnswer> {
    const request = requestOf(frame);
    if (request === null) {
      const text =
        "the message asks for nothing that a signer gives; run host and signer from the same version of this project";
      const unknown: AuditedRequest = { venue: "", kind: "unknown", what: `message ${frame.kind}` };
      return this.#refused(unknown, new SignerError("SANDPIT_SIGNER_REQUEST_INVALID", text));
    }
    try {
      return { text: await this.#signed(request) };
    } catch (error) {
      return this.#refused(auditedOf(request), asSignerError(error));
    }
  }

  #refused(request: AuditedRequest, { code, message }: SignerError): SignerAnswer {
    this.#ports.audit.refused(request, code);
    return { code, text: message };
  }

  #signed(request: SignerRequest): Promise<string> | string {
    const drawer = this.#drawerOf(request);
    if (request.kind === "logon") return this.#logon(drawer, request);
    return request.kind === "token" ? this.#token(drawer, request) : this.#rest(drawer, request);
  }

  #logon(drawer: Drawer, request: LogonRequest): string {
    const { held } = drawer;
    this.#checkStamp(held, request.timestampMs);
    this.#admit(drawer, request);
    return signText(held.key, logonText(held.apiKey, request.timestampMs));
  }

  #token(drawer: Drawer, request: TokenRequest): Promise<string> {
    const { held } = drawer;
    checkUri(request.uri, held.allowList, held.label);
    this.#admit(drawer, request);
    const { clock, random } = this.#ports;
    return coinbaseToken(held.key, {
      keyName: held.apiKey,
      uri: request.uri,
      atSeconds: Math.floor(clock.wallMs() / MS_PER_SECOND),
      nonce: Buffer.from(random.bytes(NONCE_BYTES)).toString("hex"),
    });
  }

  #rest(drawer: Drawer, request: RestRequest): string {
    const { held } = drawer;
    const allowed = held.allowList.find(request.method, request.path);
    this.#checkStamp(held, checkedTimestampMs(allowed, request.query));
    this.#admit(drawer, request);
    return signedQuery(held.key, request.query);
  }

  #drawerOf({ venue, kind }: SignerRequest): Drawer {
    const drawer = this.#drawers.get(venue);
    if (drawer === undefined)
      throw new SignerError(
        "SANDPIT_SIGNER_VENUE_UNKNOWN",
        `the signer holds no key for "${printable(venue)}"; it was started with ${[...this.#drawers.keys()].join(", ")}`,
      );
    const { protocol } = drawer.held;
    if (protocol !== protocols[kind])
      throw new SignerError(
        "SANDPIT_SIGNER_KIND_NOT_SPOKEN",
        `${venue} speaks ${protocol}, which has no ${kind} to sign; this is a fault of its gateway`,
      );
    return drawer;
  }

  /** A simulated venue may live in the time of a recording. */
  #checkStamp({ label }: HeldKey, timestampMs: number): void {
    const skewMs = timestampMs - this.#ports.clock.wallMs();
    if (label === "simulation" || Math.abs(skewMs) <= STAMP_SKEW_MS_MAX) return;
    throw new SignerError(
      "SANDPIT_SIGNER_TIMESTAMP_REFUSED",
      `the timestamp is ${skewMs} ms from the signer's clock; at most ${STAMP_SKEW_MS_MAX} are signed`,
    );
  }

  /** The last question, when everything else is right: what is refused costs nothing of the rate. */
  #admit({ rates: rateOf }: Drawer, request: SignerRequest): void {
    const { kind, venue } = request;
    if (!rateOf[kind].take())
      throw new SignerError(
        "SANDPIT_SIGNER_RATE_EXCEEDED",
        `more than ${rates[kind].perSecond} ${kind} signatures a second for ${venue}; find out what asks for them`,
      );
    this.#ports.audit.signing(auditedOf(request));
  }
}
