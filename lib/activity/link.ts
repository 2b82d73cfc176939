import type { PersonCtx } from "@/lib/ctx/ctx";
import { may, type Target } from "@/lib/ability/authorize";
import type { AuditBody } from "@/lib/audit/file/body";
import { resourceLink } from "@/lib/audit/resource-link";

export type StoryLink = { href: string; label: string };

type Where = Target & { agentId: string };

/** The page of what an event is about, for those who may open it. */
export function linkOf(ctx: PersonCtx, { action, resource, details }: AuditBody, at: Where): StoryLink | null {
  const { type, id } = resource;
  const own = `/agents/${at.agentId}`;
  const page = (allowed: boolean, label: string, href: string | null): StoryLink | null => (allowed && href ? { href, label } : null);
  if (action === "policies.updated") return page(may(ctx, "policies", "view", at), typeof details.version === "number" ? `Policy version ${details.version}` : "Policy", `${own}/policy`);
  if (action === "agents.template_set") return page(may(ctx, "policies", "view", at) && typeof details.after === "string", "Template", resourceLink("template", String(details.after)));
  switch (type) {
    case "action":
      return page(may(ctx, "actions", "view", at), "Action", `${own}/actions?action=${encodeURIComponent(id)}`);
    case "agent":
      return page(id !== at.agentId, "Agent", resourceLink(type, id));
    case "approval":
      return page(may(ctx, "approvals", "view", at), "Request", resourceLink(type, id));
    case "budget":
      return page(may(ctx, "budgets", "view", at), "Budget", `/budgets/${encodeURIComponent(id)}`);
    case "key":
      return page(may(ctx, "keys", "view", at), "API keys", `${own}/keys`);
    case "lease":
      return page(may(ctx, "policies", "view", at), "Lease", resourceLink(type, id));
    case "lock":
      return page(may(ctx, "settings", "read", at) || may(ctx, "approvals", "decide", at), "Lock", resourceLink(type, id));
    case "run":
      return page(may(ctx, "runs", "view", at), "Run", resourceLink(type, id));
    case "standing approval":
      return page(may(ctx, "approvals", "view", at), "Standing approvals", "/policies/standing");
    default:
      return null;
  }
}
