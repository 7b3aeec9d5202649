import { isAbsolute, relative } from "node:path";
import { fileURLToPath } from "node:url";
import type { RuleTester } from "oxlint/plugins-dev";

const root = fileURLToPath(new URL("../../", import.meta.url));

/** A rule as oxlint loads it: ESLint's `create` form. The linter exports its types through its tester alone. */
export type Rule = Extract<Parameters<RuleTester["run"]>[1], { create: unknown }>;
export type RuleContext = Parameters<NonNullable<Rule["create"]>>[0];
export type Visitor = ReturnType<NonNullable<Rule["create"]>>;
/** The syntax node which the visitor's method of that name is called with. */
export type NodeOf<Name extends keyof Visitor> = Parameters<NonNullable<Visitor[Name]>>[0];
export type AnyNode = Parameters<RuleContext["sourceCode"]["isGlobalReference"]>[0];

/** The linted file from the repository's root, with forward slashes: `host/engine/index.ts`. */
export function repositoryPath(context: RuleContext): string {
  const path = isAbsolute(context.filename) ? relative(root, context.filename) : context.filename;
  return path.replaceAll("\\", "/");
}

/** Tests may reach everything, wherever they lie. */
export function isTest(path: string): boolean {
  return path.startsWith("test/") || path.endsWith(".test.ts");
}
