import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { TokenConfiguration } from "../../host/control/configuration-shape.ts";
import { writePrivateKey } from "../live/private-key.ts";
import { newToken } from "./new-token.ts";

export const TOKEN_FILE = "control-token";
export const ADDRESS_FILE = "control-address";
/** Longer than any simulated session; the file and the host's knowledge of it end with the session anyway. */
const DAYS = 30;

/**
 * The two files in a host's folder by which the command line on the same machine reaches it: the API's address, and a token of the role
 * operator for as long as the host runs, readable by its owner alone. Both are written once the host holds its folder, so that one that is refused
 * there does not take them from the one that runs.
 */
export class ControlAccess {
  readonly tokenPath: string;
  /** For the host's configuration. */
  readonly tokenLine: TokenConfiguration;
  private readonly addressPath: string;
  private readonly token: string;
  private isAnnounced = false;

  constructor(directory: string, name: string) {
    const { token, line } = newToken(name, "operator", DAYS);
    this.tokenPath = join(directory, TOKEN_FILE);
    this.addressPath = join(directory, ADDRESS_FILE);
    this.token = token;
    this.tokenLine = line;
  }

  announce(url: string): void {
    this.isAnnounced = true;
    writePrivateKey(this.tokenPath, `${this.token}\n`);
    writeFileSync(this.addressPath, `${url}\n`);
  }

  /** Takes both away: the token is worth nothing once the host has ended. */
  close(): void {
    if (!this.isAnnounced) return;
    rmSync(this.addressPath, { force: true });
    rmSync(this.tokenPath, { force: true });
  }
}
