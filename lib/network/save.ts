import { eq } from "drizzle-orm";
import { networkRule } from "@/db/schema/network";
import type { Tx } from "@/db/tenant";
import type { AuditEntry, Json } from "@/lib/audit/actions";
import type { PersonCtx } from "@/lib/ctx/ctx";
import { conflict } from "@/lib/errors";
import { countryName } from "@/lib/geo/country";
import { newId } from "@/lib/id";
import type { ruleOf } from "./draft";
import { type NetworkPlace, type StoredRule, storedRule } from "./place";
import { judgeOf } from "./rule";

type Rule = ReturnType<typeof ruleOf>;

const mostTold = 100;

/**
 * Puts a rule in the place of the one that its author saw. For use inside a verb that has asked whether they may.
 * @throws AppError `conflict` when somebody changed it meanwhile, or when its author would be outside of it.
 */
export async function saveRule(tx: Tx, { organizationId, actor, ip }: PersonCtx, place: NetworkPlace, rule: Rule, seenVersion: string): Promise<{ version: string; audit: AuditEntry }> {
  if (place.scope !== "key") requireInside(rule, ip, place);
  const { scope, scopeId } = place;
  // The row is there before it is read, so that two who change it at once follow one another.
  const made = await tx.insert(networkRule).values({ organizationId, scope, scopeId, version: newId() }).onConflictDoNothing().returning({ id: networkRule.scopeId });
  await tx.select({ id: networkRule.scopeId }).from(networkRule).where(eq(networkRule.scopeId, scopeId)).for("update");
  const before = await storedRule(tx, scopeId);
  if ((made.length > 0 ? "" : before?.version) !== seenVersion) throw conflict("Somebody changed this rule meanwhile.", "Load the page again and look at what they changed.");
  const version = newId();
  await tx.update(networkRule).set({ ...rule, version, changedBy: actor.id, changedAt: new Date() }).where(eq(networkRule.scopeId, scopeId));
  const resource = { type: "network_rule", id: scopeId, name: `Network of ${place.name}`, workspaceId: place.workspaceId };
  return { version, audit: { action: "network.changed", resource, details: { scope, before: told(before), after: told(rule), ...difference(before, rule) } } };
}

/** A change that shuts its author out is never meant. Only this one can be known of: where others sit, the preview shows. */
function requireInside(rule: Rule, ip: string | null, { scope, name }: NetworkPlace): void {
  const { admitted, by, country } = judgeOf(rule)(ip);
  if (admitted) return;
  const from = ip ? `your address now, ${ip}${country ? ` (${countryName(country)})` : ""},` : "your address, which cannot be told,";
  const what = scope === "workspace" ? `take your own rights in ${name} away` : "shut you out yourself";
  const where = rule.addresses === "vpn" ? "the VPN's ranges" : "the list";
  const mend = ip ? (rule.addresses !== "any" && !rule.entries.some(({ range }) => range.startsWith(`${ip}/`)) ? `Add ${ip} to ${where}, or a range that it is in.` : "Let that country in, or choose that unknown ones come in.") : "Whoever runs the portal must look at its proxies first.";
  throw conflict(`This would ${what}: ${from} is not within it, since ${by}.`, mend);
}

function told(rule: Rule | StoredRule | null): Json {
  if (!rule) return { addresses: "any", countries: "any" };
  const { addresses, entries, countries, countryCodes, admitsUnknown, appliesToKeys, appliesToDirectories } = rule;
  return { addresses, entries: entries.length, countries, countryCodes, admitsUnknown, appliesToKeys, appliesToDirectories };
}

function difference(before: StoredRule | null, after: Rule): { [name: string]: Json } {
  const lines = (entries: Rule["entries"]) => entries.map(({ range, name, vpn }) => `${range}${vpn ? " (VPN)" : ""}${name ? ` ${name}` : ""}`);
  const [old, now] = [lines(before?.entries ?? []), lines(after.entries)];
  return { added: now.filter((line) => !old.includes(line)).slice(0, mostTold), removed: old.filter((line) => !now.includes(line)).slice(0, mostTold) };
}
