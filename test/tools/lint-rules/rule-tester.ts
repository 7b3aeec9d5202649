import { describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { RuleTester } from "oxlint/plugins-dev";

/** The linter's own tester, reporting through node:test, with file names taken from the repository's root. */
export function ruleTester(): RuleTester {
  RuleTester.describe = (text, body): void => void describe(text, body);
  RuleTester.it = (text, body): void => void it(text, body);
  return new RuleTester({
    cwd: fileURLToPath(new URL("../../../", import.meta.url)),
    languageOptions: { sourceType: "module", parserOptions: { lang: "ts" } },
  });
}
