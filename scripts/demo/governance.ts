import type { ApprovalRule, PolicyPeople } from "@/lib/approval-policies/content";
import type { DocumentKind, DocumentScope } from "@/lib/governance/kinds";
import type { PersonCtx } from "@/lib/ctx/ctx";
import { publishDocument } from "@/lib/governance/publish";
import { prove } from "@/lib/mfa/prove";
import { createTemplate } from "@/lib/templates/create";
import type { DemoPerson, Places } from "./organization";

type Place = { kind: DocumentKind; scopeType: DocumentScope; scopeId: string };

const unit = 1_000_000;
const anything = { costCeilingMicros: null, rate: null, paths: null, domains: null, operations: null };
const unbound = { level: null, riskThreshold: null, costThresholdMicros: null, maxRunSeconds: null, maxConcurrentRuns: null, maxWaitingApprovals: null, approvalTtlSeconds: null };

const noDeletions = `// The books are closed by people: what is in the ERP stays, even with a person's yes.
@id("keep-the-books")
forbid (
  principal,
  action == Countersign::Action::"tool",
  resource
)
when { context.tool like "erp.*" && context.operation == "delete" };
`;

/** What the company says of all its agents: who approves payments, what no agent does, which hosts may be reached, how often. */
export async function seedGovernance(admin: PersonCtx, people: readonly DemoPerson[], { finance, support }: Places): Promise<void> {
  const first = people.find(({ id }) => id === admin.actor.id);
  if (!first) throw new Error("the demo's admin is not among its people");
  const publish = async (place: Place, content: Parameters<typeof publishDocument>[1]["content"], note: string) => {
    await prove(admin, { verb: "policies.publish", object: `${place.kind} ${place.scopeId} 0`, proof: { method: "password", password: first.password } });
    await publishDocument(admin, { ...place, expectedVersion: 0, content, note });
  };
  const everywhere = { scopeType: "organization" as const, scopeId: admin.organizationId };
  await publish({ kind: "approvals", ...everywhere }, { rules: approvalRules(first.id) }, "Two people for payments");
  await publish({ kind: "cedar", ...everywhere }, { text: noDeletions, tests: cedarTests }, "What no agent may do");
  await publish({ kind: "egress", ...everywhere }, { allow: ["*.meridian.example", "api.exchangerates.example", "supplier-portal.example"], deny: ["pastebin.example"], unlisted: null }, "Our own hosts and two of others");
  await publish({ kind: "capabilities", ...everywhere }, { tools: [{ tool: "iam.*", mode: "blocked", ...anything }], bounds: { ...unbound, maxRunSeconds: 600 } }, "Nobody gives rights by an agent");
  const ofFinance = { scopeType: "workspace" as const, scopeId: finance.id };
  await publish({ kind: "capabilities", ...ofFinance }, { tools: [{ tool: "mail.send", mode: "approval", ...anything, rate: "100/hour" }, { tool: "payments.*", mode: "approval", ...anything, rate: "500/day", costCeilingMicros: 50 * unit }], bounds: unbound }, "Mail and payments at a pace that people can follow");
  const { id } = await createTemplate(admin, { name: "Back office reader", description: "Reads orders and invoices, and changes nothing.", workspaceId: finance.id });
  await publish({ kind: "capabilities", scopeType: "template", scopeId: id }, { tools: [{ tool: "erp.read", mode: "allowed", ...anything }], bounds: { ...unbound, level: "standard" } }, "First version");
  await publish({ kind: "egress", scopeType: "workspace", scopeId: support.id }, { allow: ["*.meridian.example"], deny: [], unlisted: null }, "Only our own hosts");
}

const everything = { kinds: null, tools: null, riskAtLeast: null, costAtLeastMicros: null, workspaceIds: null, agentIds: null };

function approvalRules(breakGlass: string): ApprovalRule[] {
  const stage = (name: string, people: PolicyPeople[]) => ({ name, anyOf: [{ count: 1, people }], rejections: 1 });
  return [
    {
      id: "payments", name: "Payments need two people", match: { ...everything, tools: ["payments.*"] },
      answer: {
        kind: "ask", stages: [stage("Who knows the case", [{ kind: "decider" }]), stage("Finance", [{ kind: "role", role: "billing_admin" }])],
        reasonPattern: null, expiresAfterMinutes: null, escalations: [{ afterMinutes: 120, people: [{ kind: "role", role: "organization_admin" }] }],
        delegation: true, breakGlass: [breakGlass], ownerMayDecide: false,
      },
    },
    { id: "refunds", name: "Large refunds are made by people", match: { ...everything, tools: ["refunds.*"], costAtLeastMicros: 1_000 * unit }, answer: { kind: "deny", message: "A refund of this size is made by a person. Open a case with the finance team." } },
  ];
}

const cedarTests = [
  { name: "Deleting an order is denied", request: { tool: "erp.orders", operation: "delete" }, expect: "deny" as const },
  { name: "Reading an order is allowed", request: { tool: "erp.read", operation: "read" }, expect: "allow" as const },
];
