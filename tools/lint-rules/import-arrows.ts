import { importVisitor } from "./imports.ts";
import { resolveImport, whyNotImport } from "./parts.ts";
import { isTest, repositoryPath } from "./rule.ts";
import type { Rule } from "./rule.ts";

/** Imports follow the arrows of the architecture, enter a part through its index.ts, and name the file that Node will load. */
export const importArrows: Rule = {
  meta: { type: "problem", docs: { description: "imports follow the arrows of the architecture" } },
  create(context) {
    const from = repositoryPath(context);
    return importVisitor(({ node, specifier, isTypeOnly }) => {
      if (!specifier.startsWith(".")) return;
      if (!/\.(ts|mjs|json)$/.test(specifier)) {
        // The type checker accepts "./x.js" for x.ts; Node, which strips types and nothing else, finds no such file.
        context.report({
          node,
          message: `a relative import ends in the extension of the file, .ts: "${specifier}"`,
        });
        return;
      }
      if (isTest(from)) return;
      const why = whyNotImport(from, resolveImport(from, specifier), isTypeOnly);
      if (why !== undefined) context.report({ node, message: why });
    });
  },
};
