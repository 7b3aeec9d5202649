import { X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import type { Configuration } from "../../host/control/configuration-shape.ts";
import type { Wire } from "../../host/platform/index.ts";
import { SocketWire } from "../../host/platform/index.ts";
import { CommandError } from "../console/command-error.ts";

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

/** The wires of the venues that have an authority of their own, by venue name. Throws CommandError for a file that holds none. */
export function venueWires({ venues }: Configuration): ReadonlyMap<string, Wire> {
  const wires = new Map<string, Wire>();
  for (const { name, caFile } of venues)
    if (caFile !== undefined) wires.set(name, new SocketWire(readAuthorities(name, caFile)));
  return wires;
}

function readAuthorities(venue: string, path: string): string {
  try {
    const pem = readFileSync(path, "utf8");
    const certificates = pem.match(CERTIFICATE) ?? [];
    if (certificates.length === 0) throw new Error("it holds no certificate in PEM");
    for (const certificate of certificates) {
      if (!new X509Certificate(certificate).ca) throw new Error("a certificate in it is no authority's");
    }
    return pem;
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new CommandError(
      `the certificates ${path} of venue ${venue} cannot be used: ${reason}`,
      "give caFile the path of certificates of authorities, in PEM, or leave it out for an address that the system believes",
      { cause },
    );
  }
}
