import { venueContract } from "../coinbase/venue-contract.ts";
import { openTls } from "./coinbase-driver.ts";

venueContract("over TLS sockets", () => openTls());
