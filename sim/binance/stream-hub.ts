import type { StreamSession } from "./stream-session.ts";

/** Which connections listen to which stream, and the delivery of one event to all of them. */
export class StreamHub {
  readonly #listeners = new Map<string, Set<StreamSession>>();

  add(stream: string, session: StreamSession): void {
    const set = this.#listeners.get(stream);
    if (set === undefined) this.#listeners.set(stream, new Set([session]));
    else set.add(session);
  }

  remove(stream: string, session: StreamSession): void {
    const set = this.#listeners.get(stream);
    if (set === undefined) return;
    set.delete(session);
    if (set.size === 0) this.#listeners.delete(stream);
  }

  /** Whether anyone listens; an event that nobody hears need not be built. */
  listens(stream: string): boolean {
    return this.#listeners.has(stream);
  }

  /** Sends an event, built at most once for each of the forms in use: unit of time, raw or combined. */
  publish(stream: string, timeNs: number, build: (micros: boolean) => string): void {
    const set = this.#listeners.get(stream);
    if (set === undefined) return;
    let millis = "";
    let micros = "";
    let millisCombined = "";
    let microsCombined = "";
    for (const session of set) {
      if (session.connection.micros) {
        if (micros === "") micros = build(true);
        if (session.combined && microsCombined === "") microsCombined = combine(stream, micros);
        session.connection.send(session.combined ? microsCombined : micros, timeNs);
      } else {
        if (millis === "") millis = build(false);
        if (session.combined && millisCombined === "") millisCombined = combine(stream, millis);
        session.connection.send(session.combined ? millisCombined : millis, timeNs);
      }
    }
  }

  /** Sends recorded bytes as they are: the whole line to combined connections, its payload to raw ones. */
  publishBytes(stream: string, timeNs: number, combined: Uint8Array, raw: Uint8Array): void {
    const set = this.#listeners.get(stream);
    if (set === undefined) return;
    for (const session of set) session.connection.replay(session.combined ? combined : raw, timeNs);
  }
}

function combine(stream: string, payload: string): string {
  return `{"stream":"${stream}","data":${payload}}`;
}
