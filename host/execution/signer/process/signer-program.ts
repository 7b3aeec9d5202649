import { AppendFile } from "../../../platform/disk/index.ts";
import { SystemClock, SystemRandom } from "../../../platform/index.ts";
import type { ParentLine } from "../../../platform/processes/index.ts";
import { openParentLine } from "../../../platform/processes/index.ts";
import { asSignerError, SignerError } from "../signer-error.ts";
import type { Frame } from "../signer-frame.ts";
import { encodeFrame, FrameKind, FrameReader } from "../signer-frame.ts";
import type { HeldKeyFacts } from "../signer-message.ts";
import { helloSchema } from "../signer-message.ts";
import { holdKey } from "./held-key.ts";
import type { HeldKey } from "./held-key.ts";
import { fingerprintOf } from "./key-material.ts";
import { SignerAudit } from "./signer-audit.ts";
import { SignerDesk } from "./signer-desk.ts";

/** Of a host that asks for more at once than it can need. */
const WAITING_MAX = 64;
const STATUS_REFUSED = 2;

/** The process that holds the keys, from its first message to its host's end. */
class SignerProgram {
  readonly #reader = new FrameReader();
  readonly #line: ParentLine;
  #desk: SignerDesk | null = null;
  #waiting = 0;

  constructor() {
    this.#line = openParentLine((bytes) => this.#onBytes(bytes));
  }

  #onBytes(bytes: Uint8Array): void {
    try {
      for (const frame of this.#reader.push(bytes)) {
        if (this.#desk === null) this.#desk = this.#start(frame);
        else this.#take(this.#desk, frame);
      }
    } catch (error) {
      this.#refuse(0, asSignerError(error));
      this.#line.end(STATUS_REFUSED);
    }
  }

  #start({ kind, body }: Frame): SignerDesk {
    const hello = kind === FrameKind.HELLO ? helloSchema.safeParse(body).data : undefined;
    if (hello === undefined)
      throw new SignerError(
        "SANDPIT_SIGNER_PROTOCOL",
        "the first message is no HELLO of this version; run host and signer from the same version of this project",
      );
    const { environment, auditFile, keys } = hello;
    const clock = new SystemClock();
    const audit = new SignerAudit(clock, openAudit(auditFile));
    const held = keys.map((key) => holdKey(key, environment));
    for (const { venue } of held) audit.signing({ venue, kind: "start", what: `environment ${environment}` });
    this.#line.send(encodeFrame({ kind: FrameKind.READY, id: 0, body: { keys: held.map(factsOf) } }));
    return new SignerDesk(held, { clock, random: new SystemRandom(), audit });
  }

  #take(desk: SignerDesk, frame: Frame): void {
    if (this.#waiting >= WAITING_MAX) {
      const busy = `${WAITING_MAX} requests are waiting already; ask for fewer at once`;
      this.#refuse(frame.id, new SignerError("SANDPIT_SIGNER_BUSY", busy));
      return;
    }
    this.#waiting += 1;
    void desk.answer(frame).then((answer) => {
      this.#waiting -= 1;
      const kind = "code" in answer ? FrameKind.REFUSED : FrameKind.SIGNED;
      this.#line.send(encodeFrame({ kind, id: frame.id, body: answer }));
    });
  }

  #refuse(id: number, { code, message }: SignerError): void {
    this.#line.send(encodeFrame({ kind: FrameKind.REFUSED, id, body: { code, text: message } }));
  }
}

function openAudit(path: string): AppendFile {
  try {
    return new AppendFile(path);
  } catch {
    throw new SignerError(
      "SANDPIT_SIGNER_AUDIT_FAILED",
      `the signer's audit file ${path} cannot be opened; look at the disk and the rights of its folder`,
    );
  }
}

function factsOf({ venue, key }: HeldKey): HeldKeyFacts {
  const algorithm = key.asymmetricKeyType === "ed25519" ? "Ed25519" : "ES256";
  return { venue, algorithm, fingerprint: fingerprintOf(key) };
}

// Whoever only loads this file, to see that it loads, has no line to a host.
if (import.meta.main) new SignerProgram();
