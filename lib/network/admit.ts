import type { AgentCtx, Ctx, PersonCtx } from "@/lib/ctx/ctx";
import { type Mark, readMarks, rulesOf } from "./known-rules";
import { refuseNetwork } from "./refuse";

/**
 * From where a person's request comes, against their organization's rule, and the workspaces that are closed to them there.
 * @throws AppError `network_not_allowed`.
 */
export async function admitPerson(ctx: Pick<PersonCtx, "organizationId" | "actor" | "requestId" | "ip" | "userAgent" | "ability">, marks: readonly Mark[]): Promise<string[]> {
  if (marks.length === 0) return [];
  const rules = await rulesOf(ctx.organizationId, marks);
  for (const rule of rules) {
    if (rule.scope !== "organization") continue;
    const verdict = rule.judge(ctx.ip);
    if (verdict.admitted) continue;
    throw await refuseNetwork(ctx, rule, verdict, { type: "session", id: ctx.actor.sessionId, name: ctx.actor.email });
  }
  return rules.filter(({ scope, judge }) => scope === "workspace" && !judge(ctx.ip).admitted).map(({ scopeId }) => scopeId);
}

/** Whether the organization still lets somebody in from where they are. */
export async function isAdmitted({ organizationId, ip }: PersonCtx, marks: readonly Mark[]): Promise<boolean> {
  const rules = await rulesOf(organizationId, marks.filter(({ scope }) => scope === "organization"));
  return rules.every(({ judge }) => judge(ip).admitted);
}

/**
 * From where a key is used, against its organization's rule, its workspace's and its own: it must be within all of them.
 * @throws AppError `network_not_allowed`.
 */
export async function admitKey(caller: AgentCtx, key: { name: string }, marks: string): Promise<void> {
  if (marks === "") return;
  for (const rule of await rulesOf(caller.organizationId, readMarks(marks))) {
    const verdict = rule.judge(caller.ip);
    if (verdict.admitted) continue;
    throw await refuseNetwork(caller, rule, verdict, { type: "key", id: caller.actor.apiKeyId, name: key.name, workspaceId: caller.actor.workspaceId });
  }
}

/** From where a directory pushes, where the organization's rule is for directories too. @throws AppError `network_not_allowed`. */
export async function admitDirectory(caller: Ctx, marks: readonly Mark[]): Promise<void> {
  for (const rule of await rulesOf(caller.organizationId, marks)) {
    const verdict = rule.judge(caller.ip);
    if (!verdict.admitted) throw await refuseNetwork(caller, rule, verdict, { type: "directory", id: caller.actor.id, name: caller.actor.name });
  }
}
