const ESCAPE = "\u001B[";
const SEQUENCE = new RegExp(`${ESCAPE.replace("[", "\\[")}[0-9;]*m`, "g");
const RESET = `${ESCAPE}0m`;

const CODES = {
  bold: "1",
  dim: "2",
  red: "31",
  green: "32",
  yellow: "33",
  cyan: "36",
  inverse: "7",
} as const;
export type Tone = keyof typeof CODES;

/** Colours text, or leaves it alone where colours are not wanted (NO_COLOR, no terminal). */
export type Paint = (tone: Tone, text: string) => string;

export const plain: Paint = (_tone, text) => text;
export const coloured: Paint = (tone, text) => `${ESCAPE}${CODES[tone]}m${text}${RESET}`;

/** Columns that a text takes on the screen. */
export function widthOf(text: string): number {
  return text.replaceAll(SEQUENCE, "").length;
}

/** A text cut or padded to exactly `width` columns; colours do not count and are closed where it is cut. */
export function fit(text: string, width: number): string {
  const missing = width - widthOf(text);
  if (missing >= 0) return text + " ".repeat(missing);
  let shown = 0;
  let cut = "";
  for (const part of text.split(new RegExp(`(${SEQUENCE.source})`))) {
    if (part.startsWith(ESCAPE)) cut += part;
    else {
      const room = Math.max(0, width - 1 - shown);
      cut += part.slice(0, room);
      shown += Math.min(part.length, room);
    }
  }
  return `${cut}…`;
}

/** The same, with the padding in front: for numbers. */
export function fitRight(text: string, width: number): string {
  const missing = width - widthOf(text);
  return missing >= 0 ? " ".repeat(missing) + text : fit(text, width);
}
