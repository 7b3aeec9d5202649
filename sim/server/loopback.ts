import type { IncomingMessage } from "node:http";
import type { AddressInfo, Server as NetServer } from "node:net";
import type { Duplex } from "node:stream";

/** Simulated venues listen here alone. */
export const LOOPBACK = "127.0.0.1";

/** A server as `node:http` and `node:https` have it. */
type Closable = NetServer & { closeAllConnections(): void };

/** A request of a client, as both venues take it. */
export interface ReceivedCall {
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly headers: Record<string, string | undefined>;
  readonly body: string;
  readonly address: string;
}

/** Opens a port, 0 for one that the system chooses; the one that it is. Rejects where it is taken. */
export async function listenOn(server: NetServer, port: number): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, LOOPBACK, resolve);
  });
  return (server.address() as AddressInfo).port;
}

/** Ends every connection, and the port. */
export async function closeServer(server: Closable): Promise<void> {
  server.closeAllConnections();
  await new Promise<void>((resolve) => {
    server.close(() => resolve());
  });
}

/** Reads a request whole and hands it over; one with a longer body loses its connection. */
export function receiveCall(
  request: IncomingMessage,
  bodyBytesMax: number,
  onCall: (call: ReceivedCall) => void,
): void {
  const chunks: Buffer[] = [];
  let bytes = 0;
  request.on("data", (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > bodyBytesMax) request.destroy();
    else chunks.push(chunk);
  });
  request.on("end", () => onCall(callOf(request, Buffer.concat(chunks).toString("utf8"))));
}

function callOf(request: IncomingMessage, body: string): ReceivedCall {
  const target = request.url ?? "/";
  const mark = target.indexOf("?");
  return {
    method: request.method ?? "GET",
    path: mark < 0 ? target : target.slice(0, mark),
    query: mark < 0 ? "" : target.slice(mark + 1),
    headers: request.headers as Record<string, string | undefined>,
    body,
    address: addressOf(request),
  };
}

/** Answers an upgrade with a status in place of a WebSocket. */
export function refuseUpgrade(socket: Duplex, status: number): void {
  socket.end(`HTTP/1.1 ${status} Refused\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}

/** The peer's address: limits are kept for each. */
export function addressOf(request: IncomingMessage): string {
  return request.socket.remoteAddress ?? LOOPBACK;
}

/** The most that waits for one of the clients: the venue plays on no further than they read. */
export function backlogBytes(sinks: Iterable<{ readonly bufferedBytes: number }>): number {
  let most = 0;
  for (const { bufferedBytes } of sinks) most = Math.max(most, bufferedBytes);
  return most;
}
