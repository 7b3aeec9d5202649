import { roles } from "../../host/control/api/index.ts";
import { UsageError } from "../console/command-error.ts";
import type { Command } from "../console/command.ts";
import { newToken } from "../control/new-token.ts";

const NAME = /^[a-z][a-z0-9-]{0,63}$/;
const DAYS = 90;
const DAYS_MAX = 366;

export const tokenCommand: Command = {
  name: "token",
  summary:
    "Makes a token for the control API: new --role ROLE --name NAME. It is printed once and kept nowhere.",
  operands: "new",
  options: {
    role: { value: "ROLE", help: `${roles.join(", ")}: what its holder may do` },
    name: { value: "NAME", help: "of its holder, for the audit log" },
    days: { value: "N", help: `until it expires, at most ${DAYS_MAX} (${DAYS})` },
  },
  run: (given) => {
    const name = given.text("name");
    if (given.operands.join(" ") !== "new" || name === undefined || !given.has("role"))
      throw new UsageError(
        "token makes new ones, for a role and a name",
        "`sandpit token new --role quant --name mara`",
      );
    if (!NAME.test(name))
      throw new UsageError(`--name is "${name}"`, "use lower case letters, digits and hyphens");
    const role = given.oneOf("role", "viewer", roles);
    const made = newToken(name, role, given.integer("days", DAYS, 1, DAYS_MAX));
    process.stdout.write(
      given.has("json")
        ? `${JSON.stringify(made)}\n`
        : `the token, for a file that its holder alone can read (chmod 600):\n${made.token}\n` +
            `the line for control.tokens of the host's configuration:\n${JSON.stringify(made.line)}\n`,
    );
    return Promise.resolve(0);
  },
};
