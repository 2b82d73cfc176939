import { createHash, X509Certificate } from "node:crypto";
import { AppError } from "@/lib/errors";

export type CertificateView = { fingerprint: string; subject: string; expiresAt: Date; state: "good" | "ends soon" | "over" };

/** Time enough to change a certificate at both ends. */
const warnMs = 30 * 86_400_000;

/** A certificate as PEM, DER in base64 with or without line breaks, as the DER in base64 that is stored. @throws AppError `invalid_input`. */
export function readCertificate(text: string): string {
  const body = text.replace(/-----(BEGIN|END) CERTIFICATE-----/g, "").replace(/\s+/g, "");
  try {
    const certificate = new X509Certificate(Buffer.from(body, "base64"));
    if (certificate.publicKey.asymmetricKeyType !== "rsa" || (certificate.publicKey.asymmetricKeyDetails?.modulusLength ?? 0) < 2048) {
      throw invalid("must have an RSA key of 2048 bits or more");
    }
    return certificate.raw.toString("base64");
  } catch (error) {
    throw error instanceof AppError ? error : invalid("is not an X.509 certificate");
  }
}

/** Of whom a certificate is, and how long it is still good. */
export function viewOf(certificate: string): CertificateView {
  const read = new X509Certificate(Buffer.from(certificate, "base64"));
  const expiresAt = new Date(read.validTo);
  const leftMs = expiresAt.getTime() - Date.now();
  const fingerprint = createHash("sha256").update(read.raw).digest("hex");
  return { fingerprint, subject: read.subject.replaceAll("\n", ", ").slice(0, 200), expiresAt, state: leftMs <= 0 ? "over" : leftMs < warnMs ? "ends soon" : "good" };
}

export function pemOf(certificate: string): string {
  return `-----BEGIN CERTIFICATE-----\n${certificate.replace(/(.{64})(?=.)/g, "$1\n")}\n-----END CERTIFICATE-----\n`;
}

function invalid(what: string): AppError {
  return new AppError("invalid_input", `The certificate ${what}.`, { fields: { certificates: what } });
}
