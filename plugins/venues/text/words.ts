/** The three words of JSON that are neither text nor number. Reads 4 bytes, or 5. */
export class Word {
  @inline static isTrue(p: usize): bool {
    return load<u32>(p) == 0x65757274;
  }

  @inline static isFalse(p: usize): bool {
    return load<u32>(p) == 0x736c6166 && load<u8>(p, 4) == 0x65;
  }

  @inline static isNull(p: usize): bool {
    return load<u32>(p) == 0x6c6c756e;
  }
}
