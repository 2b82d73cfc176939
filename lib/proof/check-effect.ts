import { canonicalJson } from "./canonical";
import type { Case } from "./case";
import { isBefore, type Read } from "./event-body";
import type { Finding, Link } from "./link";
import { isRecord } from "./shape";

/** What a yes to money, a child agent or a lease did: exactly what was asked for, once. */
export function checkEffect(of: Case): Link {
  const { kind } = of.bundle.approval;
  const made = of.events.filter(({ body }) => body.action === effects[kind]?.action && isOf(of, body));
  const [first] = made;
  const title = effects[kind]?.title ?? "Effect";
  if (!first) return { id: "effect", title, says: "Nothing came of it.", at: null, seq: null, findings: of.decided?.body.details.leadsTo === "approved" ? [{ what: "The event of what the yes did is in the bundle", ok: false }] : [] };
  const findings: Finding[] = [
    { what: "It happened once", ok: made.length === 1 },
    { what: "It came after the decision, which was yes, in the same transaction", ok: of.decided !== undefined && isBefore(of.decided, first) && of.decided.body.details.decision === "approved" && of.decided.body.requestId === first.body.requestId },
    ...(effects[kind]?.check(of, first) ?? []),
  ];
  return { id: "effect", title, says: effects[kind]?.says(first) ?? "", at: first.body.time, seq: first.seq, findings };
}

type Effect = { action: string; title: string; says: (event: Read) => string; check: (of: Case, event: Read) => Finding[] };

const effects: Record<string, Effect> = {
  budget: {
    action: "budgets.raised",
    title: "Budget raised",
    says: ({ body: { details } }) => `The window until ${String(details.windowEndsAt)} was raised by ${String(raisedBy(details))} micro-units of money.`,
    check: ({ bundle }, { body: { details, resource } }) => {
      const { budgetId, windowId, amountMicros } = bundle.digest?.parts ?? {};
      return [{ what: "It is the budget, the window and the amount that were asked for", ok: resource.id === budgetId && details.windowId === windowId && raisedBy(details) === amountMicros }];
    },
  },
  spawn: {
    action: "agents.created",
    title: "Child agent",
    says: ({ body: { resource, details } }) => `The child ${resource.name} (${resource.id}) was made, until ${String(details.endsAt)}.`,
    check: ({ bundle }, { body: { details, resource } }) => {
      const { id, name, parentId, policy, scopes, endsAt, kind } = bundle.digest?.parts ?? {};
      const isSame = details.spawnRequestId === id && resource.name === name && details.managerAgent === parentId && details.kind === kind && details.endsAt === endsAt;
      return [
        { what: "It is the child that was asked for, below the agent that asked, and ends when it was to end", ok: isSame },
        { what: "It has the policy and the scopes that were asked for", ok: canonicalJson([details.policy, details.scopes]) === canonicalJson([policy, scopes]) },
      ];
    },
  },
  access: {
    action: "leases.issued",
    title: "Lease",
    says: ({ body: { resource, details } }) => `The lease ${resource.id} was issued: ${resource.name}, until ${String(details.expiresAt)}. SHA-256 of its token: ${String(details.tokenSha256)}.`,
    check: ({ bundle }, { body: { details } }) => {
      const { scope } = bundle.digest?.parts ?? {};
      const issued = isRecord(scope) ? Object.fromEntries(Object.keys(scope).map((name) => [name, details[name]])) : null;
      return [{ what: "It is for exactly what was asked: agent, tools, operations, resources, domains, uses, money and time", ok: isRecord(scope) && canonicalJson(issued) === canonicalJson(scope) }];
    },
  },
};

function raisedBy({ before, after }: Record<string, unknown>): number {
  return isRecord(before) && isRecord(after) ? Number(after.raisedMicros) - Number(before.raisedMicros) : NaN;
}

/** Whether an event of the right name is about this request. */
function isOf({ bundle, decided }: Case, { details, resource, requestId, approval }: Read["body"]): boolean {
  const parts: Record<string, unknown> = bundle.digest?.parts ?? {};
  if (bundle.approval.kind === "spawn") return details.spawnRequestId === parts.id;
  if (bundle.approval.kind === "budget") return resource.id === parts.budgetId && requestId === decided?.body.requestId;
  return approval?.id === bundle.approval.id;
}
