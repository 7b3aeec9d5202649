import type { EventSocket } from "../../../../host/platform/http/index.ts";

/** A socket of which a test says how much its other side has not taken. */
export class ScriptedSocket implements EventSocket {
  bufferedBytes = 0;
  readonly sent: Record<string, unknown>[] = [];
  pings = 0;
  closed: { readonly code: number; readonly reason: string } | null = null;

  get closeCode(): number | null {
    return this.closed?.code ?? null;
  }

  send(text: string): void {
    this.sent.push(JSON.parse(text) as Record<string, unknown>);
  }

  ping(): void {
    this.pings += 1;
  }

  close(code: number, reason: string): void {
    this.closed ??= { code, reason };
  }

  /** Bodies of one kind, in order. */
  bodies(kind: string): unknown[] {
    return this.sent.filter((message) => message["kind"] === kind).map((message) => message["body"]);
  }
}
