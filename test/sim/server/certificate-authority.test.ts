import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import { test } from "node:test";
import { CertificateAuthority } from "../../../sim/server/certificate-authority.ts";

const NOW_MS = Date.UTC(2026, 7, 9, 21, 5, 48);
/** A serial number begins with a zero byte once in 256 times: of so many certificates some do, but once in 10^8 runs. */
const CERTIFICATES = 5_000;

test("each of thousands of certificates is read and verified, whatever its random numbers are", () => {
  const authority = new CertificateAuthority(NOW_MS);
  const issuer = new X509Certificate(authority.certPem);
  let shortCount = 0;
  for (let count = 0; count < CERTIFICATES; count += 1) {
    const certificate = new X509Certificate(authority.identity(["127.0.0.1"], ["localhost"]).certPem);
    assert.ok(certificate.verify(issuer.publicKey) && certificate.checkIssued(issuer));
    assert.equal(certificate.checkIP("127.0.0.1"), "127.0.0.1");
    if (certificate.serialNumber.length < 32) shortCount += 1;
  }
  assert.ok(shortCount > 0, "serial numbers that begin with a zero byte were among them");
});

test("each of hundreds of authorities verifies its own certificates, and no other's", () => {
  let before: X509Certificate | null = null;
  for (let count = 0; count < 300; count += 1) {
    const authority = new CertificateAuthority(NOW_MS);
    const issuer = new X509Certificate(authority.certPem);
    assert.ok(issuer.ca && issuer.verify(issuer.publicKey));
    const certificate = new X509Certificate(authority.identity(["127.0.0.1"], []).certPem);
    assert.ok(certificate.verify(issuer.publicKey));
    if (before !== null) assert.ok(!certificate.verify(before.publicKey));
    before = issuer;
  }
});
