import { venueContract } from "../binance/venue-contract.ts";
import { openSockets } from "./socket-driver.ts";

venueContract("over sockets", () => openSockets());
