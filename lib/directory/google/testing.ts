import { generateKeyPairSync } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { jwtVerify } from "jose";
import { googleAddresses } from "./addresses";

const pair = generateKeyPairSync("rsa", { modulusLength: 2048 });
export const keyFile = JSON.stringify({ type: "service_account", client_email: "portal@project.iam.gserviceaccount.com", client_id: "1234567890", private_key: pair.privateKey.export({ type: "pkcs8", format: "pem" }) });

type User = { id: string; primaryEmail: string; suspended?: boolean; name?: { fullName: string } };
type Member = { id: string; type: string };
type Failure = { path: RegExp; status: number; body: unknown; times: number };

/** Answers as Google does (developers.google.com/workspace/admin/directory/reference/rest/v1), three to a page. */
export async function fakeGoogle() {
  const state = { users: [] as User[], groups: [] as { id: string; name: string; email: string; members: Member[] }[], admin: "admin@corp.test", failures: [] as Failure[], asked: [] as string[] };
  const server = createServer(async (request, response) => {
    const url = new URL(request.url ?? "/", "http://localhost");
    const say = (status: number, body: unknown) => response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    state.asked.push(url.pathname);
    const failure = state.failures.find(({ path, times }) => times > 0 && path.test(url.pathname));
    if (failure) {
      failure.times -= 1;
      return say(failure.status, failure.body);
    }
    if (url.pathname === "/token") return token(new URLSearchParams(Buffer.concat(chunks).toString("utf8")), say);
    if (request.headers.authorization !== "Bearer let-in") return say(401, { error: { code: 401, message: "Invalid Credentials" } });
    const page = <T>(name: string, items: readonly T[]) => {
      const from = Number(url.searchParams.get("pageToken") ?? 0);
      const size = Math.min(3, Number(url.searchParams.get("maxResults") ?? 3));
      return say(200, { kind: `admin#directory#${name}`, [name]: items.slice(from, from + size), ...(from + size < items.length ? { nextPageToken: String(from + size) } : {}) });
    };
    if (url.searchParams.get("customer") !== "my_customer" && !url.pathname.includes("/members")) return say(400, { error: { code: 400, message: "Bad Request" } });
    if (url.pathname === "/api/users") return page("users", state.users);
    if (url.pathname === "/api/groups") return page("groups", state.groups.map(({ members, ...group }) => ({ ...group, directMembersCount: String(members.length) })));
    const group = state.groups.find(({ id }) => url.pathname === `/api/groups/${id}/members`);
    return group ? page("members", group.members) : say(404, { error: { code: 404, message: "Resource Not Found" } });
  });

  async function token(form: URLSearchParams, say: (status: number, body: unknown) => void) {
    try {
      const { payload, protectedHeader } = await jwtVerify(form.get("assertion") ?? "", pair.publicKey, { audience: googleAddresses.token, issuer: "portal@project.iam.gserviceaccount.com", algorithms: ["RS256"] });
      if (payload.sub !== state.admin) return say(400, { error: "invalid_grant", error_description: "Invalid email or User ID" });
      const right = protectedHeader.alg === "RS256" && String(payload.scope).includes("admin.directory.group.readonly") && form.get("grant_type") === "urn:ietf:params:oauth:grant-type:jwt-bearer";
      return say(right ? 200 : 400, right ? { access_token: "let-in", token_type: "Bearer", expires_in: 3599 } : { error: "invalid_scope" });
    } catch {
      return say(400, { error: "invalid_grant", error_description: "Invalid JWT Signature." });
    }
  }

  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  Object.assign(googleAddresses, { token: `${origin}/token`, api: `${origin}/api` });
  return Object.assign(state, { close: () => server.close() });
}
