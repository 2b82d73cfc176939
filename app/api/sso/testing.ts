import { GET as auth, POST as signIn } from "@/app/api/auth/[...nextauth]/route";
import { currentSession } from "@/lib/ctx/session";
import { request } from "@/lib/sso/testing-flow";
import { type Browser, browse } from "@/lib/testing/browser";
import { POST as start } from "./start/route";

/** Begins a sign-in; gives where the browser is sent. */
export async function begin(browser: Browser, email: string, next = "/"): Promise<{ status: number; url: string; text: string }> {
  const answer = await start(request(browser, "/api/sso/start", { method: "POST", body: JSON.stringify({ email, next }), type: "application/json" }));
  const text = await answer.text();
  return { status: answer.status, url: answer.ok ? String(JSON.parse(text).url) : "", text };
}

/** What the page at the end does: changes the ticket for a session. Gives who is signed in then. */
export async function finish(browser: Browser): Promise<string | null> {
  const context = (path: string) => ({ params: Promise.resolve({ nextauth: path.split("/") }) });
  const { csrfToken } = (await browser.take(await auth(request(browser, "/api/auth/csrf"), context("csrf"))).json()) as { csrfToken: string };
  const body = new URLSearchParams({ csrfToken, callbackUrl: "http://localhost:3000/", json: "true" }).toString();
  browser.take(await signIn(request(browser, "/api/auth/callback/sso", { method: "POST", body }), context("callback/sso")));
  return who(browser);
}

export async function who(browser: Browser): Promise<string | null> {
  browse(browser);
  return (await currentSession())?.actor.email ?? null;
}

/** Where an answer leads to: a path of the portal. */
export function leadsTo(answer: Response): string {
  return (answer.headers.get("location") ?? `status ${answer.status}`).replace("http://localhost:3000", "").replace(/\/sso\/refused\?.*/, "/sso/refused");
}

/** The same in its parts, with why somebody was refused. */
export function ledTo(answer: Response): { path: string; why: string | null; reference: string | null } {
  const { pathname, searchParams } = new URL(answer.headers.get("location") ?? "", "http://localhost:3000");
  return { path: pathname, why: searchParams.get("why"), reference: searchParams.get("reference") };
}
