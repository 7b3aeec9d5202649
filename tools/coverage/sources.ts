import { globSync } from "node:fs";
import { projectRoot } from "../project-root.ts";

/** What decides over money, and the contract it decides by. */
const SCOPE = ["host/**/*.ts", "abi/host/**/*.ts", "abi/generate*.ts", "abi/schema/**/*.ts"];

/** The sources whose coverage counts, from the repository's root. */
export function sourcesInScope(): string[] {
  return globSync(SCOPE, { cwd: projectRoot })
    .map((path) => path.replaceAll("\\", "/"))
    .filter((path) => !path.endsWith(".d.ts") && !path.endsWith(".test.ts"))
    .sort();
}

/**
 * The text of a test that loads every source, to lie one folder below the root. What cannot be loaded outside its worker
 * has counted as loaded when it throws; what keeps the process alive is cut off.
 */
export function loadAllSource(sources: readonly string[]): string {
  return `import { after, test } from "node:test";

const sources = ${JSON.stringify(sources, null, 2)};

test("every source loads", async () => {
  for (const source of sources) await import(new URL("../" + source, import.meta.url).href).catch(() => {});
});

after(() => setTimeout(() => process.exit(), 500));
`;
}
