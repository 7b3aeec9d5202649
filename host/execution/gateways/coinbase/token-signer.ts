import type { RequestSigner } from "../request-signer.ts";

/**
 * Makes the JSON Web Tokens (ES256 or EdDSA, as the key is) that stand for the account. The gateway sees tokens, never the key. A call
 * back, not a promise: whoever steps through virtual time knows when it comes.
 */
export interface TokenSigner {
  /**
   * For one kind of request, `GET api.coinbase.com/api/v3/brokerage/accounts` (no scheme, no query), or for SESSION_URI. One of the two is
   * called, once; the reason is for the log.
   */
  token(uri: string, onToken: (token: string) => void, onError: (reason: string) => void): void;
}

/** A signer that promises its tokens, as one of this kind. */
export function promisedTokens(signer: Pick<RequestSigner, "token">): TokenSigner {
  return {
    token: (uri, onToken, onError) => {
      signer.token(uri).then(onToken, (error: unknown) => {
        onError(error instanceof Error ? error.message : String(error));
      });
    },
  };
}
