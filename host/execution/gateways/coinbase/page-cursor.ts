const TAIL_BYTES = 600;

/** Where the next page of an answer begins, or empty. It stands at the end of the answer, behind the list. */
export function cursorIn(bytes: Uint8Array): string {
  const tail = Buffer.from(bytes.subarray(Math.max(0, bytes.length - TAIL_BYTES))).toString("latin1");
  // Some lists give a cursor even where nothing follows, and say so beside it.
  if (/"has_next"\s*:\s*false[^\]]*$/.test(tail)) return "";
  return /"cursor"\s*:\s*"([^"\\]*)"[^\]]*$/.exec(tail)?.[1] ?? "";
}

/** The same query for the next page. */
export function withCursor(query: string, cursor: string): string {
  return cursor === "" ? query : `${query}&cursor=${encodeURIComponent(cursor)}`;
}
