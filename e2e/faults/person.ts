import { readFileSync } from "node:fs";
import path from "node:path";
import { z } from "zod";
import { checkout } from "@/scripts/start/checkout";
import { askAgain } from "./agent";

const Manifest = z.object({ node: z.record(z.string(), z.object({ filename: z.string(), exportedName: z.string() })) });
const Decided = z.union([z.object({ ok: z.literal(true) }), z.object({ ok: z.literal(false), error: z.object({ code: z.string(), message: z.string() }) })]);

/** A person with a browser: signs in by the form's address and decides by the same server action as the page's button. */
export class Person {
  #cookie = "";
  readonly #decide = actionId("app/(portal)/approvals/actions.ts", "decide");

  constructor(
    readonly url: string,
    readonly account: { email: string; password: string },
  ) {}

  /** Signs in, and tries again while the portal has trouble. `wait`: lets the time pass after which one may try again. */
  async signIn(wait: () => Promise<void>): Promise<void> {
    const answer = await askAgain(async () => {
      const csrf = await fetch(new URL("/api/auth/csrf", this.url), { signal: AbortSignal.timeout(30_000) });
      if (csrf.status !== 200) return csrf;
      const { csrfToken } = z.object({ csrfToken: z.string() }).parse(await csrf.json());
      const response = await fetch(new URL("/api/auth/callback/credentials", this.url), {
        method: "POST",
        headers: { cookie: cookiesOf(csrf), "content-type": "application/x-www-form-urlencoded" },
        body: new URLSearchParams({ ...this.account, csrfToken, json: "true" }),
        redirect: "manual",
        signal: AbortSignal.timeout(30_000),
      });
      this.#cookie = cookiesOf(response);
      const text = await response.text();
      // What went wrong inside is told to the form as an error of the sign-in. A try that died half way counts as a guess.
      const trouble = /error=(failed|wait)/.exec(text)?.[1];
      if (trouble === "wait") await wait();
      return new Response(text, { status: trouble ? 503 : response.status });
    });
    if (!this.#cookie.includes("session")) throw new Error(`${this.account.email} could not sign in: ${answer.status} ${answer.text.slice(0, 300)}`);
  }

  /** Decides, and asks again when no answer came. Resolves once the portal has said that it is decided so. */
  async decide(id: string, decision: "approved" | "rejected", digest: string): Promise<void> {
    const body = JSON.stringify([null, { id, decision, digest, reason: decision === "rejected" ? "Not this one." : "" }]);
    const answer = await askAgain(() =>
      fetch(new URL(`/approvals/${id}`, this.url), {
        method: "POST",
        headers: { cookie: this.#cookie, origin: new URL(this.url).origin, "next-action": this.#decide, accept: "text/x-component", "content-type": "text/plain;charset=UTF-8" },
        body,
        redirect: "manual",
        signal: AbortSignal.timeout(30_000),
      }).then(async (response) => {
        const text = await response.text();
        const troubled = resultIn(text);
        // What went wrong inside is told as a result, with status 200.
        const retry = troubled && !troubled.ok && ["internal", "unavailable"].includes(troubled.error.code);
        return new Response(text, { status: retry ? 503 : response.status });
      }),
    );
    const result = resultIn(answer.text);
    if (result?.ok) return;
    // Decided by our own first try, of which no answer came.
    if (result && answer.unsure && result.error.code === "conflict" && result.error.message.includes(decision)) return;
    throw new Error(`the decision was answered with ${answer.status}: ${answer.text.slice(0, 500)}`);
  }

  /** A page or a file of the portal, as text. */
  async get(address: string): Promise<string> {
    const answer = await askAgain(() => fetch(new URL(address, this.url), { headers: { cookie: this.#cookie }, signal: AbortSignal.timeout(60_000) }));
    if (answer.status !== 200) throw new Error(`${address} was answered with ${answer.status}: ${answer.text.slice(0, 300)}`);
    return answer.text;
  }
}

function cookiesOf(response: Response): string {
  return response.headers.getSetCookie().map((cookie) => cookie.split(";")[0]).join("; ");
}

/** The name under which the built portal calls a server action. */
function actionId(filename: string, exportedName: string): string {
  const manifest = Manifest.parse(JSON.parse(readFileSync(path.join(checkout, ".next/server/server-reference-manifest.json"), "utf8")));
  const found = Object.entries(manifest.node).find(([, action]) => action.filename === filename && action.exportedName === exportedName);
  if (!found) throw new Error(`the built portal has no action ${exportedName} of ${filename}`);
  return found[0];
}

/** The action's result out of React's stream: the row that the first one names as `a`. */
function resultIn(stream: string): z.infer<typeof Decided> | null {
  for (const line of stream.split("\n")) {
    const json = /^[0-9a-f]+:(\{"ok":.*)$/.exec(line)?.[1];
    if (json) return Decided.parse(JSON.parse(json));
  }
  return null;
}
