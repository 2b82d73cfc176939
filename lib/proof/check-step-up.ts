import { createHash } from "node:crypto";
import type { ProofBundle } from "./bundle";
import { checkAssertion } from "./check-assertion";
import { type Read, readBody, textOf } from "./event-body";
import type { Finding } from "./link";

type SaidProof = { id?: unknown; method?: unknown; provedAt?: unknown; assertionSha256?: unknown; factor?: unknown };
type About = { verb: string; object: string; forWhat: string };

const methods: Record<string, string> = { totp: "an authenticator app", email: "a code by mail", sms: "a code by text message", recovery: "a recovery code", password: "their password", sign_in: "having come in just before" };

/** How a person proved anew who they are, for this and nothing else: what a security key signed, or the portal's word for anything else. */
export function checkStepUp(bundle: ProofBundle, { body }: Read, about: About): Finding[] {
  const said = body.details.proof as SaidProof | null | undefined;
  const loud = body.details.risk === "CRITICAL" ? "A CRITICAL request" : body.details.breakGlass === true ? "What is decided alone" : null;
  // Whoever decided in a chat had no session: see `checkChat`.
  if (!said && !loud && body.details.chat) return [];
  if (!said) return loud ? [{ what: `${loud} is decided with a fresh proof of who decides`, ok: false }] : [{ what: "No fresh proof was asked for, since it is not CRITICAL; they were signed in", ok: body.actor.session !== undefined }];
  const [method, at] = [textOf(said.method) ?? "?", textOf(said.provedAt) ?? "?"];
  const hash = textOf(said.assertionSha256);
  if (hash === null) return [{ what: `They proved who they are for this decision by ${methods[method] ?? method} at ${at}, as the portal attests: only a security key leaves something that can be checked later`, ok: at <= body.time }];
  const assertion = bundle.assertions.find(({ proof }) => proof === said.id);
  if (!assertion) return [{ what: "The assertion of their security key is in the bundle", ok: false }];
  const verb = body.action === "approvals.narrowed" ? "approvals.narrow" : about.verb;
  const expected = { ...about, verb, organization: bundle.organization.id, person: body.actor.id, session: body.actor.session, assertionSha256: hash };
  return [{ what: `They proved who they are by a security key at ${at}`, ok: at <= body.time }, ...checkAssertion(assertion, expected), enrolled(bundle, said, body.actor.id, assertion.publicKey)];
}

/** The event with which the key was added to its person's account, where it is in the bundle. */
function enrolled(bundle: ProofBundle, said: SaidProof, personId: string, publicKey: string): Finding {
  const added = bundle.events.map(({ body }) => readBody(body)).find((body) => body?.action === "people.factor_added" && body.details.factor === said.factor);
  const what = "The public key is the one that was added to their account";
  if (!added || added.details.publicKeySha256 === undefined) return { what, ok: null, why: "The event with which it was added is not in the bundle, or older than such events name keys." };
  const hash = createHash("sha256").update(Buffer.from(publicKey, "base64url")).digest("hex");
  return { what: `${what} at ${added.time}`, ok: added.details.publicKeySha256 === hash && added.resource.id === personId };
}
