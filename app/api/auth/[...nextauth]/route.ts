import NextAuth from "next-auth";
import { cookies } from "next/headers";
import { sessionCookie, sessionIdOf } from "@/lib/auth/cookie";
import { deviceCookie, deviceOf, rememberIn } from "@/lib/auth/device";
import { type Attempt, authOptions } from "@/lib/auth/options";
import { rememberedCookie } from "@/lib/auth/remembered-cookie";
import { secondStepCookie } from "@/lib/auth/second-step-cookie";
import { AppError, notFound } from "@/lib/errors";
import { newId } from "@/lib/id";
import { requireOwnPage } from "@/lib/own-page";
import { problem } from "@/lib/problem";
import { ssoCookie } from "@/lib/sso/browser-secret";

type Context = { params: Promise<{ nextauth: string[] }> };

// What the sign-in page uses of next-auth; its other addresses (its own pages, a log for anybody, a session that it would
// prolong by itself) are not there. Signing out is a server action.
const readable = new Set(["csrf"]);
const writable = new Set(["callback/credentials", "callback/second-step", "callback/sso"]);
const largestBody = 16_384;

export async function GET(request: Request, context: Context): Promise<Response> {
  const path = (await context.params).nextauth.join("/");
  return readable.has(path) ? answer(request, context) : problem(notFound("address"), newId());
}

export async function POST(request: Request, context: Context): Promise<Response> {
  const path = (await context.params).nextauth.join("/");
  const refusal = writable.has(path) ? refusalOf(request.headers) : notFound("address");
  if (refusal) return problem(refusal, newId());
  try {
    requireOwnPage(request.headers);
  } catch (error) {
    return problem(error, newId());
  }
  return answer(request, context);
}

async function answer(request: Request, context: Context): Promise<Response> {
  const sent = await cookies();
  const device = deviceCookie();
  const known = await deviceOf(sent.get(device.name)?.value);
  const attempt: Attempt = {
    device: known,
    deviceId: known?.did ?? newId(),
    rememberedFor: (email) => sent.get(rememberedCookie(email).name)?.value ?? null,
    remembered: null,
    previous: await sessionIdOf(sent.get(sessionCookie().name)?.value),
    secondStep: sent.get(secondStepCookie().name)?.value ?? null,
    ticket: sent.get(ssoCookie(0).name)?.value ?? null,
    opened: null,
    pending: null,
    waitSeconds: null,
    locked: null,
  };
  const response = (await NextAuth(authOptions(attempt))(request, context)) as Response;
  if (attempt.waitSeconds !== null) {
    const headers = new Headers(response.headers);
    headers.set("retry-after", String(attempt.waitSeconds));
    return new Response(response.body, { status: 429, headers });
  }
  if (attempt.locked !== null) return problem(attempt.locked, newId());
  const step = secondStepCookie();
  if (attempt.pending) sent.set(step.name, attempt.pending, step.options);
  else if (attempt.opened && attempt.secondStep) sent.set(step.name, "", { ...step.options, maxAge: 0 });
  // The browser is known from now on, so that nobody can keep it out by guessing elsewhere.
  if (attempt.opened) sent.set(device.name, await rememberIn(attempt.device, attempt.opened.email, attempt.deviceId), device.options);
  if (attempt.opened && attempt.remembered) {
    const { name, options } = rememberedCookie(attempt.opened.email);
    sent.set(name, attempt.remembered.token, { ...options, maxAge: attempt.remembered.days * 86_400 });
  }
  return response;
}

function refusalOf(headers: Headers): AppError | null {
  const length = Number(headers.get("content-length") ?? Number.NaN);
  if (!(length <= largestBody)) return new AppError("payload_too_large", "A sign-in is at most 16 KiB and says its length.");
  if (!headers.get("content-type")?.startsWith("application/x-www-form-urlencoded")) {
    return new AppError("unsupported_media_type", "A sign-in is sent as application/x-www-form-urlencoded.");
  }
  return null;
}
