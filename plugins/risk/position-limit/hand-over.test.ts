import { testStateless } from "../../../test/support/hand-over-contract.ts";

testStateless("position-limit");
