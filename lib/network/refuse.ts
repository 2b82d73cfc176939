import { eq } from "drizzle-orm";
import { organization } from "@/db/schema/organization";
import { inTenant } from "@/db/tenant";
import type { AuditEntry } from "@/lib/audit/actions";
import { recordEvent } from "@/lib/audit/record";
import type { Ctx } from "@/lib/ctx/ctx";
import { database } from "@/lib/database";
import { AppError } from "@/lib/errors";
import { auditQuota } from "@/lib/requests/quota";
import type { Mark } from "./known-rules";
import type { Verdict } from "./rule";

const quota = auditQuota(1);

const whose = { organization: (name: string) => name, workspace: (name: string) => `this agent's workspace at ${name}`, key: (name: string) => `this API key, of ${name},` };

/**
 * The refusal of somebody who comes from where they may not, recorded: at once, then once a minute for the same session or
 * key, which says how many came between.
 */
export async function refuseNetwork(caller: Ctx, { scope }: Pick<Mark, "scope">, verdict: Verdict, resource: AuditEntry["resource"]): Promise<AppError> {
  const repeated = quota.take(`${scope}:${resource.id}`);
  if (repeated !== null) {
    try {
      await recordEvent(caller, { action: "network.refused", resource, details: { ip: caller.ip, country: verdict.country, rule: scope, why: verdict.by, repeated }, outcome: "blocked" });
    } catch (cause) {
      quota.forget(`${scope}:${resource.id}`);
      throw cause;
    }
  }
  return outside(caller.ip, whose[scope](await nameOf(caller.organizationId)), scope === "organization");
}

/** What stands in every such refusal, for people and for agents. */
export function outside(ip: string | null, allows: string, isPerson: boolean): AppError {
  const message = ip ? `Your address ${ip} is not within what ${allows} allows.` : `From where you come cannot be told, and ${allows} allows known addresses only.`;
  const hint = isPerson ? "Come by your organization's network or VPN, or ask an admin to let this address in." : "Call from an address that is allowed, or ask the agent's owner to let this one in.";
  return new AppError("network_not_allowed", message, { hint, extensions: { address: ip } });
}

export async function nameOf(organizationId: string): Promise<string> {
  const [row] = await inTenant(database(), organizationId, (tx) => tx.select({ name: organization.name }).from(organization).where(eq(organization.id, organizationId)));
  return row?.name ?? "your organization";
}
