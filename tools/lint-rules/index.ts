import { hotDialect } from "./hot-dialect.ts";
import { importArrows } from "./import-arrows.ts";
import { platformBan } from "./platform-ban.ts";
import type { Rule } from "./rule.ts";

/** The repository's own lint rules, as oxlint loads a plugin. */
export interface LintPlugin {
  readonly meta: { readonly name: string };
  readonly rules: Readonly<Record<string, Rule>>;
}

const plugin: LintPlugin = {
  meta: { name: "sandpit" },
  rules: {
    "hot-dialect": hotDialect,
    "import-arrows": importArrows,
    "platform-ban": platformBan,
  },
};

export default plugin;
