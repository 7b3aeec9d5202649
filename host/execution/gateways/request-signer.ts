/** The `uri` of a token that is for no REST request: Coinbase's WebSocket subscriptions carry such a one. */
export const SESSION_URI = "";

/** Signs a venue's REST requests. The gateway sees signatures and tokens, never a key. Rejects with an Error whose text is for the log. */
export interface RequestSigner {
  /** Coinbase: a JSON Web Token for a request, `GET api.coinbase.com/api/v3/brokerage/accounts`, or for SESSION_URI; may be used again while it lives. */
  token(uri: string): Promise<string>;
  /**
   * Binance: `query` with its signature, as it goes behind the question mark. It holds plain `name=value` pairs, the timestamp among them.
   * `path` is the path alone.
   */
  rest(method: string, path: string, query: string): Promise<string>;
}
