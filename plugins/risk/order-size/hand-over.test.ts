import { testStateless } from "../../../test/support/hand-over-contract.ts";

testStateless("order-size");
