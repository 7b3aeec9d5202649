/** Signs text with the account's key. The gateway sees signatures, never the key. */
export interface LogonSigner {
  readonly apiKey: string;
  /** Base64 of the Ed25519 signature over the UTF-8 bytes. */
  sign(text: string): string;
}

/**
 * The `session.logon` request. Binance signs the parameters sorted by name and joined as `k=v&…`, without percent encoding
 * (web-socket-api.md, "SIGNED request security"); session.logon takes Ed25519 keys only.
 */
export function logonRequest(requestId: number, timestampMs: number, signer: LogonSigner): string {
  const signature = signer.sign(`apiKey=${signer.apiKey}&timestamp=${timestampMs}`);
  return JSON.stringify({
    id: requestId,
    method: "session.logon",
    params: { apiKey: signer.apiKey, signature, timestamp: timestampMs },
  });
}

/** The `userDataStream.subscribe` request, valid after a logon on the same connection. */
export function subscribeRequest(requestId: number): string {
  return JSON.stringify({ id: requestId, method: "userDataStream.subscribe" });
}
