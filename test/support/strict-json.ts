/** A JSON value as written: numbers keep their digits, objects every member in order, texts whether a backslash stood in them. */
export type JsonTree =
  | { readonly kind: "object"; readonly members: readonly JsonMember[] }
  | { readonly kind: "array"; readonly items: readonly JsonTree[] }
  | { readonly kind: "text"; readonly text: string; readonly isEscaped: boolean }
  | { readonly kind: "number"; readonly digits: string }
  | { readonly kind: "word"; readonly word: string };

/** One member of an object. */
export interface JsonMember {
  readonly key: string;
  readonly isEscaped: boolean;
  readonly value: JsonTree;
}

const spaces = /[ \t\n\r]*/y;
// A text is what JSON.parse takes for one: it decides about characters and escapes.
const textToken = /"(?:[^"\\]|\\.)*"/sy;
const numberToken = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y;
const wordToken = /true|false|null/y;

/** Reads one JSON value that fills the bytes, nested at most 16 deep. Null when they are anything else, or no UTF-8. */
export function parseStrictJson(bytes: Uint8Array): JsonTree | null {
  try {
    return new Parser(new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes)).document();
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof TypeError) return null;
    throw error;
  }
}

class Parser {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  document(): JsonTree {
    const value = this.#value(0);
    this.#take(spaces);
    if (this.#at !== this.#text.length) throw new SyntaxError("trailing characters");
    return value;
  }

  #value(depth: number): JsonTree {
    this.#take(spaces);
    const first = this.#text[this.#at];
    if (first === "{" || first === "[") {
      if (depth === 16) throw new SyntaxError("too deep");
      this.#at += 1;
      return first === "{"
        ? { kind: "object", members: this.#list("}", () => this.#member(depth + 1)) }
        : this.#array(depth + 1);
    }
    if (first === '"') return { kind: "text", ...this.#string() };
    const word = this.#take(wordToken);
    if (word !== null) return { kind: "word", word };
    const digits = this.#take(numberToken);
    if (digits === null) throw new SyntaxError("no value");
    return { kind: "number", digits };
  }

  #array(depth: number): JsonTree {
    return { kind: "array", items: this.#list("]", () => this.#value(depth)) };
  }

  #list<T>(close: string, read: () => T): T[] {
    const items: T[] = [];
    if (this.#has(close)) return items;
    do items.push(read());
    while (this.#has(","));
    if (!this.#has(close)) throw new SyntaxError(`no ${close}`);
    return items;
  }

  #member(depth: number): JsonMember {
    this.#take(spaces);
    const { text: key, isEscaped } = this.#string();
    if (!this.#has(":")) throw new SyntaxError("no colon");
    return { key, isEscaped, value: this.#value(depth) };
  }

  #string(): { text: string; isEscaped: boolean } {
    const token = this.#take(textToken);
    if (token === null) throw new SyntaxError("no text");
    return { text: JSON.parse(token) as string, isEscaped: token.includes("\\") };
  }

  #has(character: string): boolean {
    this.#take(spaces);
    if (this.#text[this.#at] !== character) return false;
    this.#at += 1;
    return true;
  }

  #take(pattern: RegExp): string | null {
    pattern.lastIndex = this.#at;
    const token = pattern.exec(this.#text)?.[0] ?? null;
    this.#at += token?.length ?? 0;
    return token;
  }
}
