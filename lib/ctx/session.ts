import { cookies, headers } from "next/headers";
import { redirect } from "next/navigation";
import { cache } from "react";
import { isDatabaseAway } from "@/db/error";
import { sessionCookie, sessionIdOf } from "@/lib/auth/cookie";
import { clientIpHeader } from "@/lib/client-ip";
import { AppError, orNull } from "@/lib/errors";
import { requestIdHeader, requestIdOf } from "@/lib/requests/request-id";
import { noteCaller } from "@/lib/requests/request-log";
import { toAppError } from "@/lib/result";
import type { PersonCtx } from "./ctx";
import { isFactorOverdue } from "@/lib/mfa/overdue";
import { pathHeader } from "./path-header";
import { loadPersonCtx, type RequestInfo } from "./person";
import { unattendedCookie } from "./unattended";

/** Who sent this request, as far as is known before anybody is signed in. */
export async function requestInfo(): Promise<RequestInfo> {
  const sent = await headers();
  return { requestId: requestIdOf(sent.get(requestIdHeader)), ip: sent.get(clientIpHeader) || null, userAgent: sent.get("user-agent"), path: sent.get(pathHeader) };
}

type Caller = { ctx: PersonCtx | null; lock: AppError | null };

/** Who asks, and what locks them. Looked up once per page, however many parts of it need it. */
const currentCaller = cache(async (): Promise<Caller> => {
  const sent = await cookies();
  const sessionId = await sessionIdOf(sent.get(sessionCookie().name)?.value);
  if (!sessionId) return { ctx: null, lock: null };
  const info = await requestInfo();
  try {
    const ctx = await loadPersonCtx(sessionId, info, { isSignOfLife: !sent.has(unattendedCookie) });
    if (ctx) noteCaller(ctx);
    return { ctx, lock: null };
  } catch (error) {
    if (error instanceof AppError && error.code === "locked") return { ctx: null, lock: error };
    // Every page asks this first, so this is where it meets a database that is away; the page then says so.
    throw isDatabaseAway(error) ? toAppError(error, info.requestId) : error;
  }
});

/**
 * The signed-in person of this request, or null.
 * @throws AppError `network_not_allowed` for who comes from where their organization lets nobody in.
 */
export async function currentSession(): Promise<PersonCtx | null> {
  return (await currentCaller()).ctx;
}

/** What tells somebody whose session is stopped by a lock; null when none is. */
export async function currentLock(): Promise<AppError | null> {
  return (await currentCaller()).lock;
}

/** To end this browser's session, which may be done from anywhere; the context gives no right. */
export async function sessionToLeave(): Promise<PersonCtx | null> {
  const sessionId = await sessionIdOf((await cookies()).get(sessionCookie().name)?.value);
  return sessionId ? loadPersonCtx(sessionId, await requestInfo(), { isSignOfLife: false, toLeave: true }).catch(orNull("locked")) : null;
}

/** For pages: the signed-in person; anybody else is led to sign in and back, and who comes from outside to a page that says so. */
export async function requireSession(): Promise<PersonCtx> {
  const path = (await headers()).get(pathHeader);
  const { ctx, lock } = await currentCaller().catch((error: unknown) => {
    if (!(error instanceof AppError) || error.code !== "network_not_allowed") throw error;
    redirect(path && path !== "/" ? `/outside?next=${encodeURIComponent(path)}` : "/outside");
  });
  if (ctx && isFactorOverdue(ctx) && !/^\/account([?/]|$)/.test(path ?? "")) redirect("/account");
  if (ctx) return ctx;
  if (lock) redirect("/locked");
  redirect(path && path !== "/" ? `/sign-in?next=${encodeURIComponent(path)}` : "/sign-in");
}

/**
 * For the doors (`action`, `route`), whose callers want an answer rather than another page.
 * @throws AppError `unauthenticated`, `locked`.
 */
export async function requireCaller(): Promise<PersonCtx> {
  const { ctx, lock } = await currentCaller();
  if (lock) throw lock;
  if (!ctx) throw new AppError("unauthenticated", "You are not signed in, or your session has ended.", { hint: "Sign in again; what you typed stays here." });
  return ctx;
}
