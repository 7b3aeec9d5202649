/** Which update a market frame brings: its stream, and the first and last of its ids. */
export interface StreamMark {
  readonly stream: string;
  readonly firstId: number;
  readonly lastId: number;
}

/**
 * Reads the mark of a frame of a combined stream; null for a frame that has none. Frames are marked only while one connection takes over
 * from another, so that a parser may run here.
 */
export function streamMark(bytes: Uint8Array, lengthBytes: number): StreamMark | null {
  const frame = parsed(bytes, lengthBytes);
  const { stream, data } = frame;
  if (typeof stream !== "string" || typeof data !== "object" || data === null) return null;
  const { U, u, t } = data as Record<string, unknown>;
  const lastId = u ?? t;
  const firstId = U ?? lastId;
  return typeof firstId === "number" && typeof lastId === "number" ? { stream, firstId, lastId } : null;
}

/** The event of a user data frame as text, equal on every connection that gets it; null for an answer. */
export function eventMark(bytes: Uint8Array, lengthBytes: number): string | null {
  const { event } = parsed(bytes, lengthBytes);
  return typeof event === "object" && event !== null ? JSON.stringify(event) : null;
}

function parsed(bytes: Uint8Array, lengthBytes: number): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(
      Buffer.from(bytes.buffer, bytes.byteOffset, lengthBytes).toString("utf8"),
    );
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    // The codec judges what cannot be read.
    return {};
  }
}
