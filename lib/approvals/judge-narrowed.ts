import { z } from "zod";
import type { action as actionTable } from "@/db/schema/action";
import type { Tx } from "@/db/tenant";
import { riskClasses } from "@/db/schema/agent";
import { loadAgent } from "@/lib/actions/load-agents";
import { judge } from "@/lib/actions/judge";
import { isSandboxTool, parseSandboxArguments } from "@/lib/actions/sandbox-arguments";
import type { RiskClass } from "@/lib/actions/schemas";
import { conflict } from "@/lib/errors";
import { oneIsEnough } from "./one-is-enough";

const Arguments = z.record(z.string(), z.json());

type Stored = Pick<typeof actionTable.$inferSelect, "apiKeyId" | "tool" | "operation" | "resource" | "purpose" | "declaredRisk" | "risk">;

/**
 * Decides the changed action anew, as if it had just been submitted with the key that it came with: a person's yes must be
 * all that it needs, and it must not be riskier than what was asked. Gives what it is classified as.
 * @throws AppError `conflict` with the rule that refuses it.
 */
export async function judgeNarrowed(tx: Tx, stored: Stored, changed: { arguments: string; estimatedCostMicros: number }): Promise<{ risk: RiskClass; reasons: string[] }> {
  const agent = await loadAgent(tx, stored.apiKeyId);
  if (!agent) throw conflict("The API key that this came with no longer exists.", "Reject it; the agent can ask again.");
  const args = Arguments.parse(JSON.parse(changed.arguments));
  const { tool, operation, resource, purpose } = stored;
  const input = { tool, operation, resource, purpose, arguments: args, estimatedCostMicros: changed.estimatedCostMicros, ...(stored.declaredRisk ? { declaredRisk: stored.declaredRisk } : {}) };
  if (isSandboxTool(tool)) parseSandboxArguments(args);
  // A key that has merely expired since was in force when it asked; what it asked for may still be approved.
  const { classification, verdict, plan } = judge({ input, receivedAt: new Date() }, { ...agent, keyExpired: false });
  if (verdict.outcome === "deny") throw conflict(`Changed like this, the policy refuses it: ${verdict.message}`, `The rule is ${verdict.rule}. Change something else, or reject the request.`);
  if (!oneIsEnough(plan)) throw conflict("Changed like this, several people would have to agree on it.", "Change something else, or reject the request.");
  if (riskClasses.indexOf(classification.risk) > riskClasses.indexOf(stored.risk)) {
    throw conflict(`Changed like this, its risk is ${classification.risk} instead of ${stored.risk}.`, "What is riskier must be asked for anew.");
  }
  return classification;
}
