import { venueContract } from "./venue-contract.ts";
import { openInProcess } from "./venue-driver.ts";

venueContract("in process", () => Promise.resolve(openInProcess()));
