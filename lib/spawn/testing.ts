import { eq } from "drizzle-orm";
import { approval } from "@/db/schema/action";
import { spawnRequest } from "@/db/schema/spawn";
import { decideApproval } from "@/lib/approvals/decide";
import type { AgentCtx, PersonCtx } from "@/lib/ctx/ctx";
import { newId } from "@/lib/id";
import { inside } from "@/lib/runs/testing";
import { RequestSpawnInput } from "./input";
import { requestSpawn } from "./request";

/** A child that asks for little: reading customers for an hour. */
export function childOf(name: string, changes: Partial<RequestSpawnInput> = {}): RequestSpawnInput {
  return RequestSpawnInput.parse({ name, kind: "analyst", purpose: "Reads customers.", tools: [{ tool: "crm.*", mode: "allowed", costCeilingMicros: null }], budgetMicros: 1_000, lifeSeconds: 3_600, ...changes });
}

/** The person decides on a request for a child. */
export async function decideChild(person: PersonCtx, id: string, decision: "approved" | "rejected" = "approved"): Promise<void> {
  const [asked] = await inside(person, (tx) => tx.select({ id: approval.id, digest: approval.digest }).from(spawnRequest).innerJoin(approval, eq(approval.id, spawnRequest.approvalId)).where(eq(spawnRequest.id, id)));
  await decideApproval(person, { id: asked?.id ?? newId(), decision, reason: "As agreed", digest: asked?.digest.toString("hex") ?? "" });
}

/** A request for a child that a person has approved. */
export async function approvedChild(parent: AgentCtx, person: PersonCtx, input: RequestSpawnInput): Promise<string> {
  const { id } = await requestSpawn(parent, input, newId());
  await decideChild(person, id);
  return id;
}
