import type { Gateway } from "../../host/execution/gateways/index.ts";

/** A gateway whose line takes every order and never answers. */
export class TakingGateway implements Gateway {
  readonly sent: string[] = [];

  start(): void {
    this.sent.length = 0;
  }

  sendOrder(bytes: Uint8Array, offsetBytes: number, lengthBytes: number): boolean {
    this.sent.push(Buffer.from(bytes.subarray(offsetBytes, offsetBytes + lengthBytes)).toString("hex"));
    return true;
  }

  requestSnapshot(): void {
    // The tests that use it give the snapshots themselves.
  }

  onSessionReply(): void {
    // There is no session with a venue.
  }

  resubscribe(): void {
    // Nothing was subscribed.
  }

  reconnect(): void {
    // There are no lines that could be dropped.
  }

  onServerShutdown(): void {
    // There is no venue that could close.
  }

  stop(): void {
    // Nothing was opened.
  }
}
