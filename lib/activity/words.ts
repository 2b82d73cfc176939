import type { AuditBody } from "@/lib/audit/file/body";
import { followingWords } from "./following-words";
import { read, spent, type Told, who } from "./read";
import { say, type Sentence } from "./say";
import { isStoryAction, type StoryAction } from "./story-events";
import { taskWords } from "./task-words";

/** An event of an agent's story as a sentence for somebody who is not an engineer; null for what its story does not hold. */
export function wordsOf(body: AuditBody, told: Told): Sentence | null {
  if (!isStoryAction(body.action)) return null;
  const of = body.resource.type === "agent" && body.resource.id !== told.agentId ? say`Of ${body.resource.name}, an agent that belongs to this one: ` : [];
  return [...of, ...words[body.action](body, told)];
}

const words: Record<StoryAction, (body: AuditBody, told: Told) => Sentence> = {
  ...followingWords,
  "access.denied": (e) => say`Tried something that its key does not let it do. ${read(e, "message")}`,
  "actions.decided": decided,
  "agents.created": (e) => say`${who(e)} created it${[e.details.spawnRequestId ? " as the child of another agent" : ""]}`,
  "agents.spawn_refused": (e) => say`Asked to start another agent, ${read(e, "name")}, and was refused: ${read(e, "message")}`,
  "agents.status_changed": statusChanged,
  "agents.template_set": (e) => (e.details.after ? say`${who(e)} put it under the template ${read(e, "afterName")}` : say`${who(e)} took it out of the template ${read(e, "beforeName")}`),
  "agents.updated": (e) => say`${who(e)} changed its description: ${changed(e.details.changes)}`,
  "approvals.refused": (e) => say`Asked for ${[e.details.kind === "access" ? "a lease" : "more money"]} and was refused: ${read(e, "message")}`,
  "approvals.requested": requested,
  "budgets.alerted": (e) => say`Its work used ${read(e, "thresholdPercent")} % of the ${e.resource.name}: ${spent(e, "usedMicros")} of ${spent(e, "capMicros")}`,
  "budgets.archived": (e) => say`${who(e)} closed its ${read(e, "period")} budget`,
  "budgets.set": (e) => say`${who(e)} set its budget to ${spent({ details: partOf(e.details.after) }, "capMicros")} a ${read(e, "period") || read({ details: partOf(e.details.after) }, "period")}`,
  "egress.refused": (e) => say`Wanted to reach ${e.resource.name} and was refused: ${read(e, "message")}`,
  "keys.created": (e) => say`${who(e)} made the API key ${e.resource.name} for it`,
  "keys.refused": (e) => say`Its API key ${e.resource.name} was refused: ${read(e, "reason")}`,
  "keys.revoked": (e) => say`${who(e)} revoked its API key ${e.resource.name}`,
  "leases.issued": (e) => say`${who(e)} gave it a lease: ${e.resource.name}`,
  "leases.revoked": (e) => say`${who(e)} revoked its lease: ${read(e, "reason")}`,
  "locks.lifted": (e) => say`${who(e)} let it go on`,
  "locks.placed": (e) => say`Was stopped by ${who(e)}: “${read(e, "message")}”`,
  "network.refused": (e) => say`A call with its key came from ${read(e, "ip")} and was refused`,
  "policies.updated": (e) => say`${who(e)} changed its policy, which is version ${read(e, "version")} now${read(e, "note") ? say`: ${read(e, "note")}` : []}`,
  "requests.rejected": (e) => say`Sent a request that could not be read: ${e.resource.name}`,
  "standing.granted": (e) => say`${who(e)} let it do such things for a time without asking: ${e.resource.name}. ${read(e, "reason")}`,
  "standing.revoked": (e) => say`${who(e)} ended that it may do this without asking: ${e.resource.name}. ${read(e, "reason")}`,
};

function decided(e: AuditBody, { waits }: Told): Sentence {
  const asked = say`Asked to ${taskWords(read(e, "tool"), read(e, "operation"), read(e, "resource"))} (${[read(e, "risk")]})`;
  if (e.details.decision === "deny") return say`${asked} and was refused: ${read(e, "message")}`;
  if (e.details.decision === "needs_approval") return [...asked, waits ? " and waits for a person" : ", for which a person is asked"];
  return [...asked, e.details.leaseId ? "; its lease lets it" : e.details.standingId ? "; a person had let it do such things" : "; its policy lets it"];
}

function requested(e: AuditBody): Sentence {
  const reason = read(e, "reason");
  if (e.details.kind === "spawn") return say`Asked to start another agent, ${read(e, "name")}: ${reason}`;
  if (e.details.kind === "access") return say`Asked for a lease: ${reason}`;
  return say`Asked for ${spent(e, "amountMicros")} more money: ${reason}`;
}

function statusChanged(e: AuditBody): Sentence {
  const turned: Record<string, string> = { active: "turned it on", suspended: "suspended it", retired: "retired it for good", draft: "made it a draft again" };
  const reason = read(e, "reason");
  return say`${who(e)} ${[turned[read(e, "after")] ?? "changed its status"]}${reason ? say`: ${reason}` : []}`;
}

function partOf(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null ? Object.fromEntries(Object.entries(value)) : {};
}

/** The names of what was changed, from the event's differences. */
function changed(changes: unknown): string {
  const names = Array.isArray(changes) ? changes.map((one) => partOf(one)).map((one) => one.field ?? one.name ?? one.path) : Object.keys(partOf(changes));
  return names.filter((name) => typeof name === "string").map(plainName).join(", ") || "details";
}

/** "managerPersonId" as "manager person". */
function plainName(name: string): string {
  return name.replace(/Id$/, "").replaceAll(/[A-Z]/g, (capital) => ` ${capital.toLowerCase()}`);
}
