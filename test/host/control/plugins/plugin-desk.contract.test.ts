import { testPluginOperations } from "../api/plugin-operations-contract.ts";
import { DeskUnderTest } from "./desk-under-test.ts";

testPluginOperations("a host", async () => {
  const under = await DeskUnderTest.start();
  return {
    operations: under.desk,
    hold: () => {
      under.waiting = [];
    },
    release: () => under.admitNext(),
    end: () => under.desk.end(),
  };
});
