import { randomBytes } from "node:crypto";
import { type NextRequest, NextResponse } from "next/server";
import { pathHeader } from "@/lib/ctx/path-header";
import { contentPolicy, securityHeaders } from "@/lib/auth/security-headers";

/** Every page gets the headers that keep foreign code out of it, and hears its own path. */
export function proxy(request: NextRequest): NextResponse {
  const { pathname, search } = request.nextUrl;
  const policy = contentPolicy(pathname, randomBytes(16).toString("base64"));
  const headers = new Headers(request.headers);
  headers.set(pathHeader, `${pathname}${search}`);
  // Next reads the nonce out of it and puts it on its own scripts.
  headers.set("content-security-policy", policy);
  const response = NextResponse.next({ request: { headers } });
  response.headers.set("content-security-policy", policy);
  for (const [name, value] of Object.entries(securityHeaders(pathname))) response.headers.set(name, value);
  return response;
}

// Not the API: its bodies may be larger than what Next keeps of one that passes through here.
export const config = { matcher: "/((?!api/|_next/static|_next/image|favicon.ico).*)" };
