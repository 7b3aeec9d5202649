import { SEEDED_BUGS } from "../test/chaos/bugs/seeded-bugs.ts";
import { huntInProcess, verdictLine } from "../test/chaos/bugs/bug-hunt.ts";
for (const bug of SEEDED_BUGS) { if (process.argv[2] && bug.id !== process.argv[2]) continue;
 try { const v = await huntInProcess(bug); console.log(verdictLine(v), v.complaint?.text.slice(0,150)); } catch (e) { console.log(bug.id, String(e).slice(0, 600)); } }
