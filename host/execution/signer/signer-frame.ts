import { SignerError } from "./signer-error.ts";

/**
 * What passes between host and signer, in both directions:
 *
 * ```
 *  byte 0        4         5      6          8        12
 *       ├────────┼─────────┼──────┼──────────┼────────┼───────────────────────────┤
 *       │ length │ version │ kind │ zero     │ id     │ body: JSON, UTF-8,        │
 *       │ u32    │ u8 = 1  │ u8   │ u16      │ u32    │ length bytes              │
 *       └────────┴─────────┴──────┴──────────┴────────┴───────────────────────────┘
 * ```
 *
 * Little endian. The host begins with one HELLO, id 0; the signer answers it with READY or REFUSED, and each later request with SIGNED or
 * REFUSED under the request's id. What breaks the form ends the line.
 */
export const FrameKind = {
  HELLO: 1,
  LOGON: 2,
  TOKEN: 3,
  REST: 4,
  READY: 129,
  SIGNED: 130,
  REFUSED: 131,
} as const;
export type FrameKind = (typeof FrameKind)[keyof typeof FrameKind];

export interface Frame {
  readonly kind: FrameKind;
  readonly id: number;
  readonly body: unknown;
}

const VERSION = 1;
const HEADER_BYTES = 12;
const OFFSET_VERSION = 4;
const OFFSET_KIND = 5;
const OFFSET_ZERO = 6;
const OFFSET_ID = 8;
/** A HELLO names the keys of all venues, some hundred bytes each. */
export const BODY_BYTES_MAX = 65_536;

const kinds: ReadonlyMap<number, FrameKind> = new Map(Object.values(FrameKind).map((kind) => [kind, kind]));

/** Throws SignerError for a body that is too long to be sent. */
export function encodeFrame({ kind, id, body }: Frame): Uint8Array {
  const text = Buffer.from(JSON.stringify(body), "utf8");
  if (text.length > BODY_BYTES_MAX)
    throw new SignerError(
      "SANDPIT_SIGNER_TEXT_REFUSED",
      `the message to the signer has ${text.length} bytes; the limit is ${BODY_BYTES_MAX}`,
    );
  const bytes = Buffer.alloc(HEADER_BYTES + text.length);
  bytes.writeUInt32LE(text.length, 0);
  bytes.writeUInt8(VERSION, OFFSET_VERSION);
  bytes.writeUInt8(kind, OFFSET_KIND);
  bytes.writeUInt32LE(id, OFFSET_ID);
  text.copy(bytes, HEADER_BYTES);
  return bytes;
}

/** Cuts a stream of bytes into frames. Holds one frame and a chunk of the stream at the most. */
export class FrameReader {
  #held: Buffer = Buffer.alloc(0);

  /** The frames that are whole with these bytes. Throws SignerError when the stream is no stream of frames; nothing more can be read from it then. */
  push(bytes: Uint8Array): Frame[] {
    this.#held = Buffer.concat([this.#held, bytes]);
    const frames: Frame[] = [];
    for (;;) {
      const lengthBytes = this.#checkedLength();
      if (lengthBytes < 0 || this.#held.length < HEADER_BYTES + lengthBytes) return frames;
      frames.push(frameOf(this.#held, lengthBytes));
      this.#held = this.#held.subarray(HEADER_BYTES + lengthBytes);
    }
  }

  /** The next frame's length, -1 before its header is there. */
  #checkedLength(): number {
    if (this.#held.length < HEADER_BYTES) return -1;
    const lengthBytes = this.#held.readUInt32LE(0);
    const version = this.#held.readUInt8(OFFSET_VERSION);
    if (version !== VERSION) throw broken(`version ${version}, where ${VERSION} is spoken`);
    if (lengthBytes > BODY_BYTES_MAX) throw broken(`${lengthBytes} bytes in one message`);
    if (this.#held.readUInt16LE(OFFSET_ZERO) !== 0) throw broken("a header that is none");
    return lengthBytes;
  }
}

function frameOf(bytes: Buffer, lengthBytes: number): Frame {
  const kind = kinds.get(bytes.readUInt8(OFFSET_KIND));
  if (kind === undefined) throw broken(`kind ${bytes.readUInt8(OFFSET_KIND)}`);
  const body = bytes.subarray(HEADER_BYTES, HEADER_BYTES + lengthBytes);
  return { kind, id: bytes.readUInt32LE(OFFSET_ID), body: parsed(body) };
}

function parsed(body: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(body));
  } catch {
    // The parser's own text would repeat what it read.
    throw broken("a body that is no JSON");
  }
}

function broken(what: string): SignerError {
  return new SignerError(
    "SANDPIT_SIGNER_PROTOCOL",
    `the line between host and signer carried ${what}; run both from the same version of this project`,
  );
}
