import type { LaneUnderTest } from "../../../support/lane-under-test.ts";
import { DeskUnderTest } from "../plugins/desk-under-test.ts";
import { FakePluginOperations } from "./fake-plugin-operations.ts";
import { testPluginOperations } from "./plugin-operations-contract.ts";

testPluginOperations("the API's tests", async () => {
  const under: LaneUnderTest = (await DeskUnderTest.start()).under;
  const operations = new FakePluginOperations(under.built);
  return {
    operations,
    hold: () => {
      operations.waiting = [];
    },
    release: () => operations.finish(),
    end: () => {
      operations.isEnding = true;
    },
  };
});
