import type { Manifest } from "../manifest.ts";
import type { ModuleTrust } from "./module-trust.ts";

/**
 * A module whose signatures were judged, with the one copy of its bytes that was hashed and is compiled: nobody outside of the engine can
 * change them in between. Only `verifySignedModule` makes it.
 */
export class VerifiedModule {
  readonly manifest: Manifest;
  readonly trust: ModuleTrust;
  /** SHA-256 of the file, in hexadecimal. */
  readonly sha256: string;
  /** SHA-256 of what the signatures cover: equal for a module and its signed forms. */
  readonly contentSha256: string;
  readonly #bytes: Uint8Array;

  constructor(
    facts: {
      readonly manifest: Manifest;
      readonly trust: ModuleTrust;
      readonly sha256: string;
      readonly contentSha256: string;
    },
    bytes: Uint8Array,
  ) {
    this.manifest = facts.manifest;
    this.trust = facts.trust;
    this.sha256 = facts.sha256;
    this.contentSha256 = facts.contentSha256;
    this.#bytes = bytes;
  }

  /** A copy, for the journal. */
  copyBytes(): Uint8Array {
    return new Uint8Array(this.#bytes);
  }

  /** The bytes themselves, for the engine, which reads them. */
  static bytesOf(module: VerifiedModule): Uint8Array {
    return module.#bytes;
  }
}
