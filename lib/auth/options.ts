import type { NextAuthOptions } from "next-auth";
import Credentials from "next-auth/providers/credentials";
import { ZodError } from "zod";
import { clientIpHeader } from "@/lib/client-ip";
import { loadPersonCtx, type RequestInfo } from "@/lib/ctx/person";
import { env } from "@/lib/env";
import { AppError } from "@/lib/errors";
import { newId } from "@/lib/id";
import { log } from "@/lib/log";
import { sessionCookie, sessionMaxSeconds } from "./cookie";
import { SignInInput, signIn } from "./sign-in";
import { signOut } from "./sign-out";

/**
 * next-auth's configuration. The JWT carries the session's id and nothing else; the row decides on every request, so that
 * revoking it works at once. Further ways to sign in (SAML, OIDC) become further providers that end in the same row.
 */
export function authOptions(): NextAuthOptions {
  return {
    secret: env().AUTH_SECRET,
    session: { strategy: "jwt", maxAge: sessionMaxSeconds },
    pages: { signIn: "/sign-in", signOut: "/sign-in", error: "/sign-in" },
    cookies: { sessionToken: sessionCookie() },
    providers: [
      Credentials({
        credentials: { email: { label: "Email" }, password: { label: "Password", type: "password" } },
        authorize: async (credentials, request) => {
          const { email, password } = credentials ?? {};
          const { sessionId } = await refusalAsCode(() => signIn(requestInfo(request.headers ?? {}), SignInInput.parse({ email, password })));
          return { id: sessionId };
        },
      }),
    ],
    callbacks: {
      jwt: ({ token, user }) => (user ? { sid: user.id } : { sid: token.sid }),
      // The browser's scripts learn only that there is a session.
      session: ({ session }) => ({ expires: session.expires }),
    },
    events: {
      signOut: async ({ token }) => {
        const ctx = typeof token?.sid === "string" ? await loadPersonCtx(token.sid, requestInfo({})) : null;
        if (ctx) await signOut(ctx);
      },
    },
    logger: {
      error: (code, metadata) => log.error({ code, err: metadata instanceof Error ? metadata : undefined }, "next-auth"),
      warn: (code) => log.debug({ code }, "next-auth"),
      debug: () => {},
    },
  };
}

/** The message is all that next-auth hands to the page: `wait:<seconds>` or `refused`. */
async function refusalAsCode<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof AppError && error.code === "rate_limited") throw new Error(`wait:${error.retryAfterSeconds ?? 60}`);
    if (error instanceof AppError || error instanceof ZodError) throw new Error("refused");
    log.error({ err: error }, "sign-in failed");
    throw new Error("failed");
  }
}

function requestInfo(headers: Record<string, unknown>): RequestInfo {
  const read = (name: string) => (typeof headers[name] === "string" ? headers[name] : null);
  return { requestId: newId(), ip: read(clientIpHeader), userAgent: read("user-agent") };
}
