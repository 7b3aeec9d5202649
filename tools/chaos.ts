import { planOf } from "../test/chaos/world/fault-plan.ts";
import { ChaosWorld } from "../test/chaos/world/chaos-world.ts";
import { worldModules } from "../test/chaos/world/world-modules.ts";
const modules = await worldModules();
const [from = "1", to = "1", seconds = "60", verbose] = process.argv.slice(2);
for (let seed = Number(from); seed <= Number(to); seed++) {
const t0 = performance.now();
const plan = planOf(Number(seed), Number(seconds));
const world = new ChaosWorld(plan, modules, verbose ? (t) => process.stderr.write(t + "\n") : undefined);
const facts = await world.run();
const { complaints, faults, hash, ...r } = facts;
console.log(seed, plan.venueCount, Object.entries(r).map(([k, v]) => k + " " + Math.round(v)).join(" "), hash.slice(0, 8), ((performance.now() - t0) / 1000).toFixed(1), complaints.map((c) => c.judge + ": " + c.text.slice(0, 400)).join("\n   "));
}
