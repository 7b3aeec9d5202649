import type { SeededRandom } from "../../../host/platform/index.ts";
import { readModule } from "../../../host/engine/index.ts";
import { below, editInstruction, pick, stretchBodies, stretched } from "./code-mutations.ts";

const FLIPS_MAX = 4;
const RANGE_MAX = 64;
const EDITS_MAX = 3;
/** Bytes at the borders of LEB128 and of signs. */
const BORDERS = [0x00, 0x01, 0x40, 0x7f, 0x80, 0xff];

/** Makes another module of one; `others` are those that parts may be taken from. Each mutant follows from the state of `random` alone. */
export type Mutation = (bytes: Uint8Array, random: SeededRandom, others: readonly Uint8Array[]) => Uint8Array;

function flipBits(bytes: Uint8Array, random: SeededRandom): Uint8Array {
  const mutant = bytes.slice();
  for (let left = 1 + below(random, FLIPS_MAX); left > 0; left--) {
    const at = below(random, mutant.length);
    mutant[at] = (mutant[at] ?? 0) ^ (1 << below(random, 8));
  }
  return mutant;
}

function setBorder(bytes: Uint8Array, random: SeededRandom): Uint8Array {
  const mutant = bytes.slice();
  mutant[below(random, mutant.length)] = pick(random, BORDERS);
  return mutant;
}

function cutRange(bytes: Uint8Array, random: SeededRandom): Uint8Array {
  const at = below(random, bytes.length);
  return joined(bytes.subarray(0, at), bytes.subarray(at + 1 + below(random, RANGE_MAX)));
}

function putNoise(bytes: Uint8Array, random: SeededRandom): Uint8Array {
  const at = below(random, bytes.length);
  return joined(bytes.subarray(0, at), random.bytes(1 + below(random, RANGE_MAX)), bytes.subarray(at));
}

/** Takes a section out, doubles it, moves it to another place, or takes that of another module for it. */
function spliceSections(bytes: Uint8Array, random: SeededRandom, others: readonly Uint8Array[]): Uint8Array {
  const sections = sectionsOf(bytes);
  const at = below(random, sections.length);
  const section = sections[at] ?? new Uint8Array(0);
  const choice = below(random, 4);
  const without = sections.toSpliced(at, 1);
  const to = below(random, sections.length);
  const foreign = pick(random, sectionsOf(pick(random, others)));
  const spliced = [
    without,
    sections.toSpliced(to, 0, section),
    without.toSpliced(to, 0, section),
    sections.toSpliced(at, 1, foreign),
  ][choice];
  return joined(bytes.subarray(0, 8), ...(spliced ?? sections));
}

/** The length of one section in five bytes. */
function stretchSection(bytes: Uint8Array, random: SeededRandom): Uint8Array {
  const { sections } = readModule(bytes);
  const section = pick(random, sections);
  let payload = section.startOffset + 1;
  while ((bytes[payload] ?? 0) >= 0x80) payload += 1;
  payload += 1;
  return joined(
    bytes.subarray(0, section.startOffset + 1),
    stretched(section.endOffset - payload),
    bytes.subarray(payload),
  );
}

function editCode(bytes: Uint8Array, random: SeededRandom): Uint8Array {
  let mutant = bytes;
  for (let left = 1 + below(random, EDITS_MAX); left > 0; left--) {
    try {
      mutant = editInstruction(mutant, random);
    } catch {
      // An earlier edit has broken what the next one would read.
      return mutant;
    }
  }
  return mutant;
}

function sectionsOf(bytes: Uint8Array): Uint8Array[] {
  return readModule(bytes).sections.map(({ startOffset, endOffset }) =>
    bytes.subarray(startOffset, endOffset),
  );
}

function joined(...parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts));
}

/** Code is edited as often as everything else together: what breaks the wrapping is refused at once. */
export const mutations: readonly (readonly [string, Mutation])[] = [
  ["flipped bits", flipBits],
  ["border bytes", setBorder],
  ["cut", cutRange],
  ["noise", putNoise],
  ["spliced sections", spliceSections],
  ["stretched section", stretchSection],
  ["stretched bodies", stretchBodies],
  ["edited code", editCode],
  ["edited code", editCode],
  ["edited code", editCode],
  ["edited code", editCode],
  ["edited code", editCode],
];
