import { importPKCS8, SignJWT } from "jose";
import { z } from "zod";
import { AppError } from "@/lib/errors";
import { boundedFetch } from "@/lib/sso/bounded-fetch";
import { googleAddresses } from "./addresses";
import { apiRefusal, tokenRefusal, unreachable } from "./refusal";
import type { GoogleSettings, ServiceAccount } from "./settings";

const scopes = ["user", "group"].map((what) => `https://www.googleapis.com/auth/admin.directory.${what}.readonly`);
/** Google's own; renewed before it ends. */
const tokenSeconds = 3_600;
const renewBeforeMs = 300_000;
const mostPages = 2_000;

const Token = z.object({ access_token: z.string().min(1).max(10_000) });

/** Asks the Admin SDK as an administrator, by domain-wide delegation (RFC 7523 with a subject). */
export class GoogleClient {
  private token = { value: "", until: 0 };

  constructor(
    private readonly settings: GoogleSettings,
    private readonly account: ServiceAccount,
  ) {}

  /** Every item of a list, page by page. @throws AppError with what to do. */
  async *list<S extends z.ZodType>(path: string, query: Record<string, string>, name: string, schema: S): AsyncGenerator<z.output<S>> {
    let pageToken: string | undefined;
    for (let page = 0; page < mostPages; page++) {
      const answer = await this.get(path, { ...query, ...(pageToken ? { pageToken } : {}) });
      const items = answer[name];
      for (const item of Array.isArray(items) ? items : []) yield schema.parse(item);
      pageToken = typeof answer.nextPageToken === "string" && answer.nextPageToken ? answer.nextPageToken : undefined;
      if (!pageToken) return;
    }
    throw new AppError("invalid_input", "Google gives more pages than are taken.", { hint: "Choose fewer users by a query." });
  }

  private async get(path: string, query: Record<string, string>): Promise<Record<string, unknown>> {
    const response = await ask(`${googleAddresses.api}${path}?${new URLSearchParams(query)}`, { headers: { authorization: `Bearer ${await this.accessToken()}`, accept: "application/json" } });
    const body = await bodyOf(response);
    if (response.ok) return body;
    throw apiRefusal(response.status, body, this.settings);
  }

  private async accessToken(): Promise<string> {
    if (Date.now() < this.token.until) return this.token.value;
    const { client_email, private_key } = this.account;
    const assertion = await new SignJWT({ scope: scopes.join(" ") })
      .setProtectedHeader({ alg: "RS256", typ: "JWT" })
      .setIssuer(client_email)
      .setSubject(this.settings.adminEmail)
      .setAudience(googleAddresses.token)
      .setIssuedAt()
      .setExpirationTime(`${tokenSeconds}s`)
      .sign(await importPKCS8(private_key, "RS256"));
    const body = new URLSearchParams({ grant_type: "urn:ietf:params:oauth:grant-type:jwt-bearer", assertion });
    const response = await ask(googleAddresses.token, { method: "POST", headers: { "content-type": "application/x-www-form-urlencoded" }, body });
    const answer = await bodyOf(response);
    const token = Token.safeParse(answer);
    if (!response.ok || !token.success) throw tokenRefusal(response.status, answer, this.settings, this.account);
    this.token = { value: token.data.access_token, until: Date.now() + tokenSeconds * 1_000 - renewBeforeMs };
    return this.token.value;
  }
}

async function ask(address: string, init: Parameters<typeof boundedFetch>[1]): Promise<Response> {
  try {
    return await boundedFetch(address, init);
  } catch (error) {
    throw unreachable(error);
  }
}

async function bodyOf(response: Response): Promise<Record<string, unknown>> {
  const parsed = z.record(z.string(), z.unknown()).safeParse(await response.json().catch(() => null));
  return parsed.success ? parsed.data : {};
}
