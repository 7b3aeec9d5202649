/** Randomness for identities and back-off; nothing that decides a trade draws from it. */
export interface Random {
  /** Fresh bytes. */
  bytes(count: number): Uint8Array;
  /** Uniform in [0, 1). */
  fraction(): number;
}
