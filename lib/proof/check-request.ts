import type { BundledDigest, BundledText } from "./bundle";
import { type Case, digestAt } from "./case";
import { digestOf, hashOfText } from "./digest";
import { textOf } from "./event-body";
import type { Finding, Link } from "./link";

/** That it was asked once, for exactly what the digest is of. `given`: the arguments, where the bundle keeps them back. */
export function checkRequest(of: Case, given: string | undefined): Link {
  const { bundle, asked, digest } = of;
  const findings: Finding[] = [{ what: "There is one event in which it was asked", ok: of.allAsked.length === 1 }];
  if (asked) {
    const first = textOf(asked.body.details.digest);
    findings.push({ what: digest === first ? `The event has the digest ${digest}` : `The event's digest leads to ${digest ?? "?"}, by what was narrowed`, ok: digest !== null && digestAt(of, Infinity) === digest });
    if (bundle.approval.kind === "action") findings.push({ what: "The answer was that a person must decide, and names this request", ok: asked.body.details.decision === "needs_approval" && asked.body.approval?.id === bundle.approval.id });
  }
  if (bundle.digest) findings.push(...checkDigest(bundle.digest, given));
  else findings.push({ what: "What the digest is of", ok: null, why: "The bundle does not have it." });
  const message = textOf(asked?.body.details.message) ?? textOf(asked?.body.details.reason);
  const says = asked ? `${asked.body.actor.name} asked for ${asked.body.resource.name}${message ? `: ${message}` : ""}` : "The event of the request is missing.";
  return { id: "request", title: "Request", says, at: asked?.body.time ?? null, seq: asked?.seq ?? null, findings };
}

function checkDigest({ sha256: expected, parts, arguments: args }: BundledDigest, given: string | undefined): Finding[] {
  if (!args) return [{ what: `The digest was computed again from its parts: ${Object.keys(parts).sort().join(", ")}`, ok: digestOf(parts, null) === expected }];
  const what = "The digest was computed again from its parts: agent, tool, operation, resource, arguments and policies";
  const known = args.text ?? given;
  if (known === undefined) return [{ what, ok: null, why: keptBack(args) }];
  return [
    { what: "The arguments have the SHA-256 that the bundle says", ok: hashOfText(known) === args.sha256 },
    { what, ok: digestOf(parts, known) === expected },
  ];
}

export function keptBack({ sha256, why }: BundledText): string {
  return `${why ?? "It is not in the bundle."} Whoever has the text can check it: its SHA-256 is ${sha256}.`;
}
