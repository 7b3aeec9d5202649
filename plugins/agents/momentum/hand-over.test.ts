import { testHandOver } from "../../../test/support/hand-over-contract.ts";

testHandOver("momentum");
