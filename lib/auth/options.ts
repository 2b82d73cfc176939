import type { NextAuthOptions } from "next-auth";
import Credentials from "next-auth/providers/credentials";
import { ZodError } from "zod";
import { clientIpHeader } from "@/lib/client-ip";
import { loadPersonCtx, type RequestInfo } from "@/lib/ctx/person";
import { env } from "@/lib/env";
import { AppError, orNull } from "@/lib/errors";
import { newId } from "@/lib/id";
import { log } from "@/lib/log";
import { completeSignIn } from "@/lib/mfa/complete-sign-in";
import { ProofInput } from "@/lib/mfa/proof";
import { redeemTicket } from "@/lib/sso/redeem-ticket";
import { sessionCookie, sessionMaxSeconds } from "./cookie";
import type { Device } from "./device";
import { SecondStepNeeded, SignInInput, signIn } from "./sign-in";
import { signOut } from "./sign-out";

/** One sign-in on its way through next-auth: what came with it, and what its answer needs beside next-auth's own. */
export type Attempt = {
  device: Device | null;
  /** The browser's mark: its own, or the one that it gets with this sign-in. */
  deviceId: string;
  /** The token by which the browser is remembered for an account. */
  rememberedFor: (email: string) => string | null;
  /** What it keeps, where it is remembered from now on. */
  remembered: { token: string; days: number } | null;
  /** The session that the browser had before, if any: it ends with the new one. */
  previous: string | null;
  /** The token of a sign-in whose password was right, as the browser sent it. */
  secondStep: string | null;
  /** What an identity provider's answer led to, out of its cookie. */
  ticket: string | null;
  opened: { email: string } | null;
  /** The token to go on with, where the password was right and a second factor is asked for. */
  pending: string | null;
  waitSeconds: number | null;
  /** What tells them that they are locked, who have proved who they are. */
  locked: AppError | null;
};

/**
 * next-auth's configuration. The JWT carries the session's id and nothing else; the row decides on every request, so that
 * revoking it works at once. Each way to sign in is a provider that ends in the same row.
 */
export function authOptions(attempt: Attempt): NextAuthOptions {
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
          const info = requestInfo(attempt, request.headers ?? {});
          return refusalAsCode(attempt, async () => {
            const input = SignInInput.parse({ email, password });
            const { sessionId } = await signIn(info, input, attempt.device, attempt.rememberedFor(input.email));
            attempt.opened = { email: input.email };
            await endSession(attempt.previous, info);
            return { id: sessionId };
          });
        },
      }),
      Credentials({
        id: "second-step",
        credentials: { method: {}, code: {}, response: {}, remember: {} },
        authorize: async (credentials, request) => {
          const { method, code, response, remember } = credentials ?? {};
          const info = requestInfo(attempt, request.headers ?? {});
          return refusalAsCode(attempt, async () => {
            const proof = ProofInput.parse(method === "passkey" ? { method, response } : { method, code });
            const { sessionId, email, remembered } = await completeSignIn(info, attempt.secondStep ?? "", proof, remember === "true" ? attempt.deviceId : null);
            attempt.opened = { email };
            attempt.remembered = remembered;
            await endSession(attempt.previous, info);
            return { id: sessionId };
          });
        },
      }),
      Credentials({
        id: "sso",
        credentials: {},
        authorize: async (_, request) => {
          const info = requestInfo(attempt, request.headers ?? {});
          return refusalAsCode(attempt, async () => {
            const { sessionId, email } = await redeemTicket(info, attempt.ticket, attempt.rememberedFor);
            attempt.opened = { email };
            await endSession(attempt.previous, info);
            return { id: sessionId };
          });
        },
      }),
    ],
    callbacks: {
      jwt: ({ user }) => ({ sid: user.id }),
    },
    logger: {
      error: (code, metadata) => log.error({ code, err: metadata instanceof Error ? metadata : undefined }, "next-auth"),
      warn: (code) => log.debug({ code }, "next-auth"),
      debug: () => {},
    },
  };
}

async function endSession(sessionId: string | null, info: RequestInfo): Promise<void> {
  const ctx = sessionId ? await loadPersonCtx(sessionId, info, { isSignOfLife: false, toLeave: true }).catch(orNull("locked")) : null;
  if (ctx) await signOut(ctx);
}

/** The message is all that next-auth hands to the page: `wait:<seconds>`, `second-step`, `locked`, `ended`, `outside:<address>` or `refused`. */
async function refusalAsCode<T>(attempt: Attempt, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof AppError && error.code === "rate_limited") {
      attempt.waitSeconds = error.retryAfterSeconds ?? 60;
      throw new Error(`wait:${attempt.waitSeconds}`);
    }
    if (error instanceof SecondStepNeeded) {
      attempt.pending = error.token;
      throw new Error("second-step");
    }
    if (error instanceof AppError && error.code === "locked") {
      attempt.locked = error;
      throw new Error("locked");
    }
    if (error instanceof AppError && error.code === "network_not_allowed") throw new Error(`outside:${String(error.extensions.address ?? "")}`);
    if (error instanceof AppError && error.code === "gone") throw new Error("ended");
    if (error instanceof AppError || error instanceof ZodError) throw new Error("refused");
    log.error({ err: error }, "sign-in failed");
    throw new Error("failed");
  }
}

function requestInfo({ device, deviceId }: Attempt, headers: Record<string, unknown>): RequestInfo {
  const read = (name: string) => (typeof headers[name] === "string" ? headers[name] : null);
  return { requestId: newId(), ip: read(clientIpHeader), userAgent: read("user-agent"), device: device ?? { did: deviceId, accounts: [] } };
}
