import { createSign, generateKeyPairSync } from "node:crypto";
import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import Provider from "oidc-provider";

export const client = { clientId: "countersign", clientSecret: "a-client-secret-of-some-length" };

export type Account = { sub?: string; email: string; name?: string; groups?: string[]; email_verified?: boolean; slack_user_id?: string | string[] };

async function listen(handler: RequestListener): Promise<{ server: Server; issuer: string }> {
  const server = createServer(handler);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { server, issuer: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

const close = (server: Server) => new Promise<void>((resolve) => {
  server.close(() => resolve());
  server.closeAllConnections();
});

/** A real OpenID Connect provider that signs in whoever `account` says, without asking. `redirectUri` is set once it is known. */
export async function honestProvider(account: () => Account) {
  let listener: RequestListener = (_, response) => void response.writeHead(503).end();
  const { server, issuer } = await listen((request, response) => listener(request, response));
  const signer = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const start = (redirectUri: string) => {
    const provider = new Provider(issuer, {
      clients: [{ client_id: client.clientId, client_secret: client.clientSecret, redirect_uris: [redirectUri], token_endpoint_auth_method: "client_secret_post" }],
      findAccount: (_: unknown, id: string) => ({ accountId: id, claims: () => ({ ...account(), sub: id }) }),
      claims: { openid: ["sub"], email: ["email", "email_verified"], profile: ["name", "groups", "slack_user_id"] },
      features: { devInteractions: { enabled: false } },
      cookies: { keys: ["a-key-of-a-test"] },
      jwks: { keys: [{ ...signer.privateKey.export({ format: "jwk" }), kid: "1", use: "sig", alg: "RS256" }] },
      ttl: { AccessToken: 60, Grant: 60, IdToken: 60, Interaction: 60, Session: 60 },
      interactions: { url: (_: unknown, { uid }: { uid: string }) => `/interaction/${uid}` },
      loadExistingGrant: async (ctx) => {
        const { client: asking, session } = ctx.oidc;
        if (!asking || !session?.accountId) return undefined;
        const grant = new ctx.oidc.provider.Grant({ clientId: asking.clientId, accountId: session.accountId });
        grant.addOIDCScope("openid email profile");
        await grant.save();
        return grant;
      },
    });
    const callback = provider.callback();
    const finish = (request: IncomingMessage, response: ServerResponse) => provider.interactionFinished(request, response, { login: { accountId: account().sub ?? `sub-${account().email}` } });
    listener = (request, response) => void (request.url?.startsWith("/interaction/") ? finish(request, response) : callback(request, response));
  };
  return { issuer, start, stop: () => close(server) };
}

/** Goes through the provider as a browser does, with its cookies, until it is sent back. */
export async function visit(address: string, until: string): Promise<string> {
  const jar = new Map<string, string>();
  let at = address;
  for (let steps = 0; steps < 10 && !at.startsWith(until); steps += 1) {
    const answer = await fetch(at, { redirect: "manual", headers: { cookie: [...jar].map(([name, value]) => `${name}=${value}`).join("; ") } });
    for (const line of answer.headers.getSetCookie()) {
      const pair = line.split(";")[0] ?? "";
      jar.set(pair.slice(0, pair.indexOf("=")), pair.slice(pair.indexOf("=") + 1));
    }
    const next = answer.headers.get("location");
    if (!next) throw new Error(`the provider answered ${answer.status}: ${(await answer.text()).slice(0, 300)}`);
    at = new URL(next, at).href;
  }
  return at;
}

type Token = { header: Record<string, unknown>; claims: Record<string, unknown>; unsigned?: boolean; foreignKey?: boolean };

/** A provider that lies as it is told: `forge` changes the ID token that an honest one would give. */
export async function forgingProvider() {
  const [own, foreign] = [generateKeyPairSync("rsa", { modulusLength: 2048 }), generateKeyPairSync("rsa", { modulusLength: 2048 })];
  const state = { nonce: "", forge: (token: Token): Token => token, metadata: {} as Record<string, unknown>, issuer: "", email: "ann@example.test", privateKey: own.privateKey };
  const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const json = (response: ServerResponse, body: unknown) => void response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(body));
  const idToken = () => {
    const now = Math.floor(Date.now() / 1000);
    const claims = { iss: state.issuer, aud: client.clientId, sub: "1", iat: now, exp: now + 300, nonce: state.nonce, email: state.email };
    const { header, claims: said, unsigned, foreignKey } = state.forge({ header: { alg: "RS256", kid: "1" }, claims });
    const body = `${encode(header)}.${encode(said)}`;
    return `${body}.${unsigned ? "" : createSign("sha256").update(body).sign((foreignKey ? foreign : own).privateKey).toString("base64url")}`;
  };
  const { server, issuer } = await listen((request, response) => {
    if (request.url?.startsWith("/.well-known/")) {
      return json(response, { issuer, authorization_endpoint: `${issuer}/auth`, token_endpoint: `${issuer}/token`, jwks_uri: `${issuer}/jwks`, response_types_supported: ["code"], subject_types_supported: ["public"], id_token_signing_alg_values_supported: ["RS256"], authorization_response_iss_parameter_supported: true, ...state.metadata });
    }
    if (request.url === "/jwks") return json(response, { keys: [{ ...own.publicKey.export({ format: "jwk" }), kid: "1", use: "sig", alg: "RS256" }] });
    json(response, { access_token: "access", token_type: "Bearer", expires_in: 60, id_token: idToken() });
  });
  state.issuer = issuer;
  return Object.assign(state, { stop: () => close(server) });
}
