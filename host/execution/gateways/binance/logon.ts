/** Has logons signed with the account's key. The gateway sees signatures, never the key. */
export interface LogonSigner {
  readonly apiKey: string;
  /**
   * Signs a logon of that time: base64 of the Ed25519 signature over `apiKey=…&timestamp=…`. One of the two is called, once, possibly before
   * this returns; `onRefused` with a reason for the log.
   */
  logon(
    timestampMs: number,
    onSigned: (signature: string) => void,
    onRefused: (reason: string) => void,
  ): void;
}

/**
 * The `session.logon` request. Binance signs the parameters sorted by name and joined as `k=v&…`, without percent encoding
 * (web-socket-api.md, "SIGNED request security"); session.logon takes Ed25519 keys only.
 */
export function logonRequest(
  requestId: number,
  apiKey: string,
  timestampMs: number,
  signature: string,
): string {
  return JSON.stringify({
    id: requestId,
    method: "session.logon",
    params: { apiKey, signature, timestamp: timestampMs },
  });
}

/** The `userDataStream.subscribe` request, valid after a logon on the same connection. */
export function subscribeRequest(requestId: number): string {
  return JSON.stringify({ id: requestId, method: "userDataStream.subscribe" });
}
