import { NextRequest } from "next/server";
import { currentSession } from "@/lib/ctx/session";
import { password } from "@/lib/mfa/testing";
import { type Browser, browse } from "@/lib/testing/browser";
import { GET, POST } from "./[...nextauth]/route";

const context = (path: string) => ({ params: Promise.resolve({ nextauth: path.split("/") }) });
const at = (path: string) => `http://localhost:3000/api/auth/${path}`;

/** The two requests of a sign-in page; what the page is told. */
export async function post(browser: Browser, provider: string, fields: Record<string, string>): Promise<{ status: number; error: string | null }> {
  browse(browser);
  const { csrfToken } = (await browser.take(await GET(new NextRequest(at("csrf")), context("csrf"))).json()) as { csrfToken: string };
  const body = new URLSearchParams({ ...fields, csrfToken, callbackUrl: "http://localhost:3000/", json: "true" }).toString();
  const headers = { "content-type": "application/x-www-form-urlencoded", "content-length": String(body.length) };
  const path = `callback/${provider}`;
  const answer = browser.take(await POST(new NextRequest(at(path), { method: "POST", body, headers }), context(path)));
  const { url, detail } = (await answer.json()) as { url?: string; detail?: string };
  return { status: answer.status, error: url === undefined ? (detail ?? null) : new URL(url).searchParams.get("error") };
}

/** The first step, with the password. */
export const first = (browser: Browser, email: string, typed = password) => post(browser, "credentials", { email, password: typed });

/** Who is signed in in a browser. */
export async function who(browser: Browser): Promise<string | null> {
  browse(browser);
  return (await currentSession())?.actor.id ?? null;
}
