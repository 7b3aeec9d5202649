import { planOf } from "../test/chaos/world/fault-plan.ts";
import { ChaosWorld } from "../test/chaos/world/chaos-world.ts";
import { worldModules } from "../test/chaos/world/world-modules.ts";
const modules = await worldModules();
const [seed = "1", seconds = "60", verbose] = process.argv.slice(2);
const t0 = performance.now();
const world = new ChaosWorld(planOf(Number(seed), Number(seconds)), modules, verbose ? (t) => process.stderr.write(t + "\n") : undefined);
const facts = await world.run();
console.log(JSON.stringify(facts, null, 1), (performance.now() - t0) / 1000);
