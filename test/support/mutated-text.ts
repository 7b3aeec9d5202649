import fc from "fast-check";

/** Pieces of JSON that a hostile sender would try. */
const jsonPieces = [
  '"',
  "\\",
  "{",
  "}",
  "[",
  "]",
  ",",
  ":",
  "0",
  "9",
  "-",
  ".",
  "e5",
  " ",
  "\u00e9",
  "\\u0061",
  "null",
  "true",
  "[[",
  "99999999999999999999",
  '"x":{"y":[]},',
];

interface Edit {
  readonly at: number;
  readonly removed: number;
  readonly inserted: string;
}

/** A sample of some line after some edits, its tail perhaps that of another. `pieces` are the protocol's own, inserted like those of JSON. */
export function mutatedText<T>(
  samples: readonly (readonly [T, string])[],
  pieces: readonly string[],
): fc.Arbitrary<readonly [T, string]> {
  const edit: fc.Arbitrary<Edit> = fc.record({
    at: fc.nat(10_000),
    removed: fc.oneof(fc.constant(0), fc.constant(1), fc.nat(30)),
    inserted: fc.oneof(
      fc.constantFrom(...jsonPieces, ...pieces),
      fc.constant(""),
      fc.string({ maxLength: 3 }),
    ),
  });
  return fc
    .tuple(
      fc.constantFrom(...samples),
      fc.constantFrom(...samples),
      fc.nat(10_000),
      fc.boolean(),
      fc.array(edit, { maxLength: 3 }),
    )
    .map(([[line, frame], [, other], cut, isSpliced, edits]) => {
      const start = isSpliced ? frame.slice(0, cut % frame.length) + other.slice(cut % other.length) : frame;
      return [line, edits.reduce(edited, start)] as const;
    });
}

function edited(text: string, { at, removed, inserted }: Edit): string {
  const place = at % (text.length + 1);
  return text.slice(0, place) + inserted + text.slice(place + removed);
}
