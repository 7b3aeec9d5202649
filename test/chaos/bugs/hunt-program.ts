import { SEEDED_BUGS } from "./seeded-bugs.ts";
import { seedBug } from "./bug-hook.ts";

// Started with a bug's id, in a process of its own: the bug is in place before anything of the host is loaded. Without an id of a known bug: no bug.
const [id = ""] = process.argv.slice(2);
const bug = SEEDED_BUGS.find((known) => known.id === id);
if (bug === undefined) throw new Error(`there is no seeded bug "${id}"`);
seedBug(bug);
const { huntBug } = await import("./bug-run.ts");
const { worldModules } = await import("../world/world-modules.ts");
process.stdout.write(`${JSON.stringify(await huntBug(bug, await worldModules()))}\n`);
