import { testHandOver } from "../../../test/support/hand-over-contract.ts";

// So few orders that made-up checks are denied as well as approved.
testHandOver("order-rate", { parameters: { windowSeconds: 5, ordersMax: 40, agentOrdersMax: 4 } });
