import { getCACertificates } from "node:tls";
import { Agent, request } from "undici";
import type { Dispatcher } from "undici";
import WebSocket from "ws";
import type { RestCall } from "./rest-call.ts";
import type { Connection, ConnectionListener, RestAnswer, Wire } from "./wire.ts";

/** Above Coinbase's first snapshot (5 MB), the largest message of any venue here. */
const PAYLOAD_BYTES_MAX = 8 * 1024 * 1024;
/** Some 200 order requests. */
const BUFFERED_BYTES_MAX = 65_536;
const REST_TIMEOUT_MS = 10_000;
const MS_PER_SECOND = 1000;

/** Real sockets: `ws` for WebSocket, `undici` for REST. TLS certificates are checked; there is no option not to. */
export class SocketWire implements Wire {
  /** Null: those that Node.js believes by itself. */
  private readonly authorities: string[] | null;
  private readonly dispatcher: Dispatcher | null;

  /** `ca`: certificates, in PEM, of authorities that are believed besides those that Node.js believes by itself. */
  constructor(ca: string | null = null) {
    this.authorities = ca === null ? null : [...getCACertificates("default"), ca];
    this.dispatcher = this.authorities === null ? null : new Agent({ connect: { ca: this.authorities } });
  }

  connect(url: string, listener: ConnectionListener): Connection {
    // The codec checks every byte itself, so the library need not check the UTF-8 first.
    const socket = new WebSocket(url, {
      perMessageDeflate: false,
      skipUTF8Validation: true,
      maxPayload: PAYLOAD_BYTES_MAX,
      handshakeTimeout: REST_TIMEOUT_MS,
      ...(this.authorities === null ? {} : { ca: this.authorities }),
    });
    let reason = "closed by the venue";
    socket.on("open", () => {
      listener.onOpen();
    });
    socket.on("message", (data) => {
      const bytes = data as Buffer;
      listener.onMessage(bytes, bytes.length);
    });
    socket.on("ping", () => {
      listener.onAlive();
    });
    socket.on("pong", () => {
      listener.onAlive();
    });
    socket.on("error", (error) => {
      reason = error.message;
    });
    socket.on("close", (code, text) => {
      listener.onClose(`${reason} (code ${code}${text.length > 0 ? `, ${text.toString()}` : ""})`);
    });
    return new SocketConnection(socket);
  }

  get(url: string, onAnswer: (answer: RestAnswer) => void, onError: (reason: string) => void): void {
    this.request({ method: "GET", url, headers: {}, body: null }, onAnswer, onError);
  }

  request(call: RestCall, onAnswer: (answer: RestAnswer) => void, onError: (reason: string) => void): void {
    fetchBytes(call, this.dispatcher).then(onAnswer, (error: unknown) => {
      onError(error instanceof Error ? error.message : String(error));
    });
  }
}

class SocketConnection implements Connection {
  private readonly socket: WebSocket;

  constructor(socket: WebSocket) {
    this.socket = socket;
  }

  send(bytes: Uint8Array, offsetBytes: number, lengthBytes: number): boolean {
    // [R2] Behind a stalled peer requests would queue without end, cancels last: better to know that they did not leave.
    if (this.socket.readyState !== WebSocket.OPEN || this.socket.bufferedAmount > BUFFERED_BYTES_MAX)
      return false;
    // The caller's buffer is reused before the socket has written: `ws` masks a Buffer's bytes into memory of its own within the call.
    const message = Buffer.from(bytes.buffer, bytes.byteOffset + offsetBytes, lengthBytes);
    this.socket.send(message, { binary: false });
    return true;
  }

  ping(): void {
    if (this.socket.readyState === WebSocket.OPEN) this.socket.ping();
  }

  close(): void {
    if (this.socket.readyState === WebSocket.CONNECTING) this.socket.terminate();
    else this.socket.close();
  }
}

/** Whatever length the header claims: no more is kept than the largest answer of any venue. */
async function readCapped(url: string, body: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of body) {
    length += chunk.length;
    if (length > PAYLOAD_BYTES_MAX)
      throw new Error(
        `the answer of ${new URL(url).host} is longer than ${PAYLOAD_BYTES_MAX} bytes; ask for less`,
      );
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, length);
}

async function fetchBytes(
  { method, url, headers: sent, body: text }: RestCall,
  dispatcher: Dispatcher | null,
): Promise<RestAnswer> {
  const { statusCode, headers, body } = await request(url, {
    method,
    headers: sent,
    body: text,
    headersTimeout: REST_TIMEOUT_MS,
    bodyTimeout: REST_TIMEOUT_MS,
    ...(dispatcher === null ? {} : { dispatcher }),
  });
  const bytes = await readCapped(url, body);
  const retryAfter = Number(headers["retry-after"] ?? 0);
  return {
    status: statusCode,
    retryAfterMs: Number.isFinite(retryAfter) ? retryAfter * MS_PER_SECOND : 0,
    headers: plainHeaders(headers),
    bytes,
  };
}

function plainHeaders(
  headers: Readonly<Record<string, string | string[] | undefined>>,
): Record<string, string> {
  const plain: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) if (typeof value === "string") plain[name] = value;
  return plain;
}
