import { type Case, digestAt, ofRequest } from "./case";
import { checkChat, whereDecided } from "./check-chat";
import { checkStepUp } from "./check-step-up";
import { isBefore, type Read, textOf } from "./event-body";
import type { Finding, Link } from "./link";

/** One person's yes or no: what they saw, that they might decide it, in which stage, and how they proved who they are. */
export function checkDecision(of: Case, event: Read): Link {
  const { details, actor, time } = event.body;
  const decision = textOf(details.decision) ?? "?";
  const digest = digestAt(of, event.seq) ?? of.digest;
  const findings: Finding[] = [
    { what: `What they saw has the digest ${digest ?? "?"}`, ok: digest !== null && textOf(details.digest) === digest },
    { what: "A person decided, after it was asked", ok: actor.kind === "person" && of.asked !== undefined && isBefore(of.asked, event) },
    notTheirOwn(of, event),
    ...checkStage(of, event),
    ...checkGlass(of, event),
    ...(checkChat(event) ?? []),
    ...checkStepUp(of.bundle, shownBy(of, event), { verb: "approvals.decide", object: `${of.bundle.approval.id} ${decision} ${textOf(details.digest) ?? ""}`, forWhat: `this request, this decision (${decision}) and this digest` }),
  ];
  const reason = textOf(details.reason);
  const stages = typeof details.stages === "number" && details.stages > 1 ? ` (stage ${Number(details.stage) + 1} of ${details.stages})` : "";
  const behalf = textOf(details.onBehalfOf) ? ` It counts for ${textOf(details.onBehalfOf)}, who gave them their part.` : "";
  const alone = details.breakGlass === true ? " They broke the glass: the policy lets them decide alone, loudly." : "";
  return { id: "decision", title: `Decision of ${actor.name}`, says: `${actor.name} ${decision} it${stages}${whereDecided(event)}.${reason ? ` “${reason}”` : ""}${behalf}${alone}`, at: time, seq: event.seq, findings };
}

/** Of what a person offered narrowed, the offer is where they gave their proof; it is good once the agent accepts. */
function shownBy(of: Case, event: Read): Read {
  const { narrowingId } = event.body.details;
  if (typeof narrowingId !== "string") return event;
  return ofRequest(of, ["approvals.narrowed"]).find(({ body }) => body.details.narrowingId === narrowingId && body.actor.id === event.body.actor.id) ?? event;
}

function notTheirOwn({ bundle }: Case, { body: { details, actor } }: Read): Finding {
  const isOwners = details.requesterPersonId === actor.id && textOf(details.requesterPersonId) !== null;
  if (isOwners && bundle.plan?.ownerMayDecide && details.risk !== "CRITICAL") return { what: "They own the agent, and the approval policy lets its owner decide what is not CRITICAL", ok: true };
  return { what: "It is neither their own request, nor their agent's, nor did they make the key", ok: !isOwners && (textOf(details.keyMakerId) === null || details.keyMakerId !== actor.id) };
}

/** In which stage it counts, and that it is one of the policy version that the event names. */
function checkStage({ bundle: { plan } }: Case, { body: { details } }: Read): Finding[] {
  if (plan === undefined || typeof details.stage !== "number") return [];
  if (plan === null) return [{ what: "No approval policy spoke of it: one person who may decide is asked", ok: details.stage === 0 && (details.stages ?? 1) === 1 && (details.approvalPolicy ?? null) === null }];
  const stage = plan.stages[details.stage];
  const named = details.approvalPolicy as { version?: unknown; scopeId?: unknown; ruleId?: unknown } | null | undefined;
  const { source } = stage ?? { source: null };
  const isSame = stage !== undefined && details.stages === plan.stages.length && (source === null ? !named : named?.version === source.version && named.scopeId === source.scopeId && named.ruleId === source.ruleId);
  return [{ what: `It counts in the stage “${stage?.name ?? "?"}”${source ? `, of version ${source.version} of the ${source.scopeType}'s approval policy, rule ${source.ruleId}` : ""}`, ok: isSame }];
}

function checkGlass(of: Case, { body: { details, actor, requestId } }: Read): Finding[] {
  const loud = ofRequest(of, ["approvals.glass_broken"]).find(({ body }) => body.actor.id === actor.id && body.requestId === requestId);
  if (details.breakGlass !== true) return loud ? [{ what: "An event says that they broke the glass; the decision does not", ok: false }] : [];
  const stage = of.bundle.plan?.stages[Number(details.stage)];
  return [
    { what: "They are among those whom the policy lets decide this stage alone", ok: stage?.breakGlass.includes(actor.id) === true },
    { what: "They gave a reason, which stands in an event of severity critical, with the same digest", ok: loud !== undefined && loud.body.severity === "critical" && Boolean(textOf(details.reason)) && loud.body.details.reason === details.reason && loud.body.details.digest === details.digest },
  ];
}
