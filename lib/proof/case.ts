import type { ProofBundle } from "./bundle";
import { type Read, readBody, textOf } from "./event-body";
import type { Finding } from "./link";

/** One request as its bundle tells it: what every check looks at. */
export type Case = {
  bundle: ProofBundle;
  events: Read[];
  /** The event in which it was asked; and all that say so, of which there must be one. */
  asked: Read | undefined;
  allAsked: Read[];
  decisions: Read[];
  /** The last decision, which ended it. */
  decided: Read | undefined;
  /** The digest of what was decided in the end. */
  digest: string | null;
};

export function caseOf(bundle: ProofBundle): Case {
  const events = bundle.events.flatMap(({ seq, body }): Read[] => {
    const read = readBody(body);
    return read ? [{ seq, body: read }] : [];
  });
  const { approval, action } = bundle;
  const allAsked = events.filter(({ body }) => (approval.kind === "action" ? body.action === "actions.decided" && body.resource.id === action : body.action === "approvals.requested" && body.resource.id === approval.id));
  const decisions = events.filter(({ body }) => body.action === "approvals.decided" && body.resource.id === approval.id);
  const [asked] = allAsked;
  return { bundle, events, asked, allAsked, decisions, decided: decisions.at(-1), digest: bundle.digest?.sha256 ?? textOf(asked?.body.details.digest) };
}

/** Events of these names about the request's action or its run. */
export function ofAction({ events, bundle: { action, run } }: Case, names: readonly string[]): Read[] {
  return events.filter(({ body }) => names.includes(body.action) && (body.resource.id === action || body.resource.id === run));
}

/** Events of these names about the request itself. */
export function ofRequest({ events, bundle: { approval } }: Case, names: readonly string[]): Read[] {
  return events.filter(({ body }) => names.includes(body.action) && body.resource.id === approval.id);
}

export function hasDigest(event: Read, digest: string | null): Finding {
  return { what: `The event has the digest ${digest ?? "?"}`, ok: digest !== null && textOf(event.body.details.digest) === digest };
}

/** The digest under which it was asked, followed through what people narrowed until that event, each step of which is one. */
export function digestAt(of: Case, end: number): string | null {
  let digest = textOf(of.asked?.body.details.digest);
  for (const { seq, body } of of.events) {
    if (seq < end && digest !== null && body.action === "approvals.narrowing_accepted" && body.details.digestBefore === digest) digest = textOf(body.details.digest);
  }
  return digest;
}
