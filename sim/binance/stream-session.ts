import type { VenueClock } from "./clock.ts";
import type { Connection } from "./connection.ts";
import type { StreamHub } from "./stream-hub.ts";

/** Streams that one connection may listen to. */
export const STREAMS_MAX = 1_024;

const METHODS = ["SUBSCRIBE", "UNSUBSCRIBE", "LIST_SUBSCRIPTIONS", "SET_PROPERTY", "GET_PROPERTY"];
const ID_TEXT = /^[\x20-\x7e]{0,36}$/;

/** What a control message comes to: an answer, or the end of the connection. */
export type ControlOutcome = { readonly reply: string } | { readonly violation: string };

/** The market streams of one connection and the control messages that change them. */
export class StreamSession {
  readonly connection: Connection;
  /** True: events come as `{"stream":...,"data":...}`. */
  combined: boolean;
  readonly #hub: StreamHub;
  readonly #streams = new Set<string>();

  constructor(connection: Connection, combined: boolean, hub: StreamHub) {
    this.connection = connection;
    this.combined = combined;
    this.#hub = hub;
  }

  /** Streams listened to. */
  get size(): number {
    return this.#streams.size;
  }

  /** Adds streams, as the connection's path or SUBSCRIBE names them. False: more than 1,024 of them. */
  subscribe(streams: readonly string[]): boolean {
    for (const stream of streams) {
      if (this.#streams.has(stream)) continue;
      if (this.#streams.size >= STREAMS_MAX) return false;
      this.#streams.add(stream);
      this.#hub.add(stream, this);
    }
    return true;
  }

  /** Ends all subscriptions: the connection is gone. */
  clear(): void {
    for (const stream of this.#streams) this.#hub.remove(stream, this);
    this.#streams.clear();
  }

  /** The announcement that this server is about to stop. */
  sendShutdown(nowNs: number, clock: VenueClock): void {
    const event = `{"e":"serverShutdown","E":${clock.stamp(nowNs, this.connection.micros)}}`;
    this.connection.send(this.combined ? `{"stream":"!serverShutdown","data":${event}}` : event, nowNs);
  }

  /** Answers one control message. */
  control(text: string): ControlOutcome {
    let request: unknown;
    try {
      request = JSON.parse(text);
    } catch {
      return { reply: `{"code":3,"msg":"Invalid JSON: expected value at line 1 column 1"}` };
    }
    if (typeof request !== "object" || request === null || Array.isArray(request))
      return invalid("expected an object");
    const { id, method, params } = request as Record<string, unknown>;
    if (typeof method !== "string") return invalid("missing field `method` at line 1 column " + text.length);
    if (!METHODS.includes(method)) return invalid(unknownMethod(method));
    const idText = requestId(id);
    if (idText === null) return invalid("request ID must be an unsigned integer");
    return this.#run(method, params, idText);
  }

  #run(method: string, params: unknown, id: string): ControlOutcome {
    if (method === "LIST_SUBSCRIPTIONS")
      return { reply: `{"result":${JSON.stringify([...this.#streams])},"id":${id}}` };
    if (!Array.isArray(params)) return invalid("missing field `params`");
    if (method === "SET_PROPERTY") return this.#setProperty(params, id);
    if (method === "GET_PROPERTY") return this.#getProperty(params, id);
    const streams: readonly unknown[] = params;
    if (!isTextList(streams)) return invalid("expected a string");
    if (method === "SUBSCRIBE") {
      if (!this.subscribe(streams)) return { violation: `More than ${STREAMS_MAX} streams` };
    } else {
      for (const stream of streams) {
        this.#streams.delete(stream);
        this.#hub.remove(stream, this);
      }
    }
    return { reply: `{"result":null,"id":${id}}` };
  }

  #setProperty(params: readonly unknown[], id: string): ControlOutcome {
    const [name, value] = params;
    if (typeof name !== "string") return invalid("property name must be a string");
    if (params.length > 2) return invalid("too many parameters");
    if (name !== "combined") return { reply: `{"code":0,"msg":"Unknown property","id":${id}}` };
    if (typeof value !== "boolean")
      return { reply: `{"code":1,"msg":"Invalid value type: expected Boolean"}` };
    this.combined = value;
    return { reply: `{"result":null,"id":${id}}` };
  }

  #getProperty(params: readonly unknown[], id: string): ControlOutcome {
    const [name] = params;
    if (typeof name !== "string") return invalid("property name must be a string");
    if (params.length > 1) return invalid("too many parameters");
    if (name !== "combined") return { reply: `{"code":0,"msg":"Unknown property","id":${id}}` };
    return { reply: `{"result":${this.combined},"id":${id}}` };
  }
}

function invalid(text: string): ControlOutcome {
  return { reply: `{"code":2,"msg":${JSON.stringify(`Invalid request: ${text}`)}}` };
}

function unknownMethod(method: string): string {
  const expected = METHODS.map((name) => `\`${name}\``).join(", ");
  return `unknown variant \`${method}\`, expected one of ${expected} at line 1 column 28`;
}

/** An id as it goes back: a whole number, a text of at most 36 characters, or null. */
function requestId(id: unknown): string | null {
  if (id === null) return "null";
  if (typeof id === "number" && Number.isSafeInteger(id)) return String(id);
  if (typeof id === "string" && ID_TEXT.test(id)) return JSON.stringify(id);
  return null;
}

function isTextList(list: readonly unknown[]): list is readonly string[] {
  return list.every((entry) => typeof entry === "string");
}
