import { readFileSync } from "node:fs";
import path from "node:path";
import { z } from "zod";
import { checkout } from "../../scripts/start/checkout";

const Manifest = z.object({ node: z.record(z.string(), z.object({ filename: z.string(), exportedName: z.string() })) });

/** The way of the browser into the portal, without one: sign-in, pages and server actions over HTTP, with cookies. */
export class BrowserDoor {
  readonly #url: string;
  readonly #cookies = new Map<string, string>();
  readonly #actionIds = new Map<string, string>();

  private constructor(url: string) {
    this.#url = url;
    const manifest = Manifest.parse(JSON.parse(readFileSync(path.join(checkout, ".next/server/server-reference-manifest.json"), "utf8")));
    for (const [id, { filename, exportedName }] of Object.entries(manifest.node)) this.#actionIds.set(`${filename}#${exportedName}`, id);
  }

  /** @throws Error when email and password are not accepted. */
  static async signIn(url: string, person: { email: string; password: string }): Promise<BrowserDoor> {
    const door = new BrowserDoor(url);
    const { csrfToken } = z.object({ csrfToken: z.string() }).parse(await (await door.fetch("/api/auth/csrf")).json());
    const answer = await door.fetch("/api/auth/callback/credentials", {
      method: "POST",
      body: new URLSearchParams({ csrfToken, json: "true", callbackUrl: url, email: person.email, password: person.password }),
    });
    if (!answer.ok) throw new Error(`${person.email} could not sign in: ${answer.status} ${await answer.text()}`);
    return door;
  }

  async fetch(page: string, init: RequestInit = {}): Promise<Response> {
    const headers = new Headers(init.headers);
    headers.set("origin", this.#url);
    headers.set("cookie", [...this.#cookies].map(([name, value]) => `${name}=${value}`).join("; "));
    const answer = await fetch(new URL(page, this.#url), { redirect: "manual", ...init, headers });
    for (const cookie of answer.headers.getSetCookie()) {
      const [name = "", value = ""] = (cookie.split(";")[0] ?? "").split(/=(.*)/s);
      this.#cookies.set(name, value);
    }
    return answer;
  }

  /**
   * Calls a server action as a page that uses it does.
   * @param action file and name, such as `app/(portal)/approvals/actions.ts#decide`
   * @throws Error with the answer when the action does not say that it is done.
   */
  async act(page: string, action: string, input: Record<string, unknown>): Promise<void> {
    const id = this.#actionIds.get(action);
    if (!id) throw new Error(`the build has no action '${action}'`);
    const answer = await this.fetch(page, {
      method: "POST",
      headers: { "next-action": id, "content-type": "text/plain;charset=UTF-8", accept: "text/x-component" },
      body: JSON.stringify([null, input]),
    });
    const text = await answer.text();
    if (!text.includes('{"ok":true')) throw new Error(`${action} answered ${answer.status}: ${text.slice(-500)}`);
  }
}
