import { env } from "@/lib/env";

const isHttps = () => env().APP_URL.startsWith("https:");

/** What is fetched or kept and never shown; some of it was written by an agent, so a browser that shows it all the same runs nothing. */
const files = /^\/(runs\/[^/]+\/(file|output)|audit\/(archives\/[^/]+|checkpoint|export|key|verify))$/;

/** `display:none` and nothing else: how React hides the part of a drawing that comes late, until it has its place. */
const hidden = "sha256-aqNNdDLnnrDOnTNdkJpYlAxKVJtLt9CtFLklmInuUAE=";

/**
 * The content security policy of one answer. Scripts run by nonce only (React needs `eval` while developing); styles come
 * from files of ours, and none is written into a page. What is not named is not loaded at all: no font, frame, media or
 * worker, nothing of another host.
 */
export function contentPolicy(pathname: string, nonce: string): string {
  if (files.test(pathname)) return "default-src 'none'; frame-ancestors 'none'; sandbox";
  const development = env().NODE_ENV === "development";
  return [
    "default-src 'none'",
    `script-src 'self' 'nonce-${nonce}' 'strict-dynamic'${development ? " 'unsafe-eval'" : ""}`,
    `style-src 'self'${development ? " 'unsafe-inline'" : ""}`,
    `style-src-attr ${development ? "'unsafe-inline'" : `'unsafe-hashes' '${hidden}'`}`,
    "img-src 'self'",
    "connect-src 'self'",
    "form-action 'self'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
    "object-src 'none'",
    ...(isHttps() ? ["upgrade-insecure-requests"] : []),
  ].join("; ");
}

/** Pages whose address is itself a key: it leaves in no referrer, and no cache keeps it. */
const keyPages = /^\/(confirm|first|invitation|reset)\//;

export function securityHeaders(pathname: string): Record<string, string> {
  return {
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": keyPages.test(pathname) ? "no-referrer" : "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "origin-agent-cluster": "?1",
    "permissions-policy": "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), publickey-credentials-get=(self), serial=(), usb=()",
    "x-dns-prefetch-control": "off",
    "x-permitted-cross-domain-policies": "none",
    ...(keyPages.test(pathname) ? { "cache-control": "no-store" } : {}),
    ...(isHttps() ? { "strict-transport-security": "max-age=31536000" } : {}),
  };
}
