/*
 A signed module, byte for byte as `wasmsign2` writes it (LEB: unsigned LEB128, here always of the least length):

    module    header[8] ‖ SECTION ‖ rest                 header: 00 61 73 6d 01 00 00 00
    SECTION   00 ‖ LEB length ‖ 09 "signature" ‖ DATA     a custom section, the first of the module
    DELIMITER 00 ‖ LEB length ‖ 13 "signature_delimiter" ‖ random[16]     a custom section that ends a part

    DATA      01 specification ‖ 01 content: module ‖ 01 hash: SHA-256
              ‖ LEB sets ‖ { LEB length ‖ SET } per set
    SET       LEB hashes ‖ hash[32] per hash ‖ LEB signatures ‖ { LEB length ‖ RECORD } per signature
    RECORD    LEB length ‖ key id ‖ 01 Ed25519 ‖ 40 ‖ signature[64]

 A hash runs over all bytes from the end of SECTION to the end of its part; the last one covers everything to the end of the file.
 What is signed: "wasmsig" ‖ 01 ‖ 01 ‖ 01 ‖ hash 1 ‖ … ‖ hash n.
*/
export const SIGNATURE_SECTION = "signature";
export const DELIMITER_SECTION = "signature_delimiter";

export const HEADER_BYTES = 8;
export const HASH_BYTES = 32;
export const SIGNATURE_BYTES = 64;
export const DELIMITER_BYTES = 16;

export const SPECIFICATION = 1;
export const CONTENT_MODULE = 1;
export const HASH_SHA256 = 1;
export const ALGORITHM_ED25519 = 1;

export const MESSAGE_PREFIX: Buffer = Buffer.concat([
  Buffer.from("wasmsig", "latin1"),
  Buffer.from([SPECIFICATION, CONTENT_MODULE, HASH_SHA256]),
]);

/** The most that a signature section may hold: checked before anything is kept. */
export const signatureLimits = {
  sets: 64,
  hashes: 64,
  signatures: 256,
  /** The tool writes 12 bytes. */
  keyIdBytes: 64,
} as const;

/** One signature: which key is said to have made it, and its 64 bytes. */
export interface SignatureRecord {
  /** In hexadecimal; empty where none is given. It names a key and proves nothing. */
  readonly keyId: string;
  readonly signature: Uint8Array;
}

/** Hashes of a module's parts, and the signatures over them. */
export interface HashSet {
  readonly hashes: readonly Uint8Array[];
  readonly signatures: readonly SignatureRecord[];
}
