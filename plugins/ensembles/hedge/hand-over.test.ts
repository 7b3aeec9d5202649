import { testHandOver } from "../../../test/support/hand-over-contract.ts";

// 30 instruments of 16 agents, or 64 of 7: a state of both together is refused as too long for the outbox.
testHandOver("hedge", { instrumentsMax: 30 });
