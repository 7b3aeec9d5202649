import { test } from "node:test";
import { DeskUnderTest, stageOf, textOf, tuned, askOf } from "./desk-under-test.ts";
test("x", async () => {
  const d = await DeskUnderTest.start();
  console.time("a");
  const r = await d.deploy(await tuned("1.0.1"));
  console.timeEnd("a");
  console.log(stageOf(r), textOf(r));
  await d.promote();
  d.under.at(d.clock.nowNs); d.under.quote();
  console.log(d.versionIn(), d.told());
  d.trap(); d.pass(0.2);
  console.log(d.versionIn(), d.told());
  d.pass(70);
  console.log(d.versionIn(), d.told(), d.established);
});
