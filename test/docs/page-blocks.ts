/** A fenced block of a page that a reader carries out. */
export interface PageBlock {
  /** `file`: to be written; `merge`: top-level keys of a JSON file to be replaced; `run`: shell commands; `output`: what they show. */
  readonly kind: "file" | "merge" | "run" | "output";
  /** Path of `file` and `merge`. */
  readonly path: string;
  readonly text: string;
  /** Line of the page, for a failure's text. */
  readonly line: number;
}

const FENCE = /^```\w+ (?:(file|merge)=(\S+)|(run|output))\n([\s\S]*?)^```$/gm;

/** The blocks of a page that are marked to be carried out, in its order. */
export function pageBlocks(page: string): PageBlock[] {
  return [...page.matchAll(FENCE)].map((match) => {
    const [, written, path = "", plain, text = ""] = match;
    const line = page.slice(0, match.index).split("\n").length;
    return { kind: (written ?? plain) as PageBlock["kind"], path, text, line };
  });
}

/** Whether a documented line of output occurs in what was shown, as a whole line: `…` stands for anything, runs of blanks are alike. */
export function isShown(documented: string, shown: string): boolean {
  const pattern = documented
    .trim()
    .split("…")
    .map((part) =>
      part.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`).replaceAll(/\s+/g, String.raw`\s+`),
    )
    .join(".*");
  return new RegExp(`^\\s*${pattern}\\s*$`, "m").test(shown);
}
