import { z } from "zod";
import { withdrawOwn } from "@/lib/approvals/withdraw-own";
import { claimSpawned, ClaimedSpawn } from "@/lib/spawn/claim";
import { getSpawnRequest, SpawnRequestView } from "@/lib/spawn/get";
import { RequestSpawnInput } from "@/lib/spawn/input";
import { requestSpawn } from "@/lib/spawn/request";
import { waitFor } from "@/lib/live/wait-for";
import { IdempotencyHeaders, IdParams, ReplayedHeaders, WaitQuery } from "./action-schemas";
import { answerJson } from "./answer";
import { authenticate, endpoint, type Api } from "./endpoint";
import { takeWait } from "./places";

const tag = "Children";

const SpawnRequest = SpawnRequestView.meta({ id: "SpawnRequest", description: "Status: `pending` until a person decides, then `approved` or `rejected`; or `expired`, `cancelled`. Once it is approved, `agent` is the child; fetch its key with `claim`." });
const one = { description: "The request as it stands.", schema: SpawnRequest };

const { shape } = RequestSpawnInput;
const SpawnBody = z
  .strictObject({
    ...shape,
    name: shape.name.meta({ description: "The child's name, which no other agent of the workspace has.", maxLength: 80 }),
    purpose: shape.purpose.meta({ description: "What it is for: the person who decides reads it.", minLength: 3, maxLength: 1000 }),
    tools: shape.tools.meta({ description: "What the child may use. No row may allow more than the parent's rows do; what the parent is blocked from is taken over." }),
    budgetMicros: shape.budgetMicros.meta({ description: "All that the child may spend in its life. It is set aside in the parent's own budgets." }),
    lifeSeconds: shape.lifeSeconds.meta({ description: "How long it lives: not beyond its parent, the key that asks, or the end of the quarter." }),
  })
  .meta({
    id: "AskForChild",
    examples: [{ name: "Invoice reader 7", kind: "analyst", purpose: "Reads the invoices of one customer.", tools: [{ tool: "crm.read", mode: "allowed", costCeilingMicros: null }], scopes: ["actions.submit", "actions.view", "actions.report"], budgetMicros: 500_000, lifeSeconds: 3600 }],
  });

/** Asking for a child agent, and getting its key. */
export function mountSpawnRequests(api: Api): void {
  endpoint(
    api,
    {
      method: "post",
      path: "/spawn-requests",
      tag,
      summary: "Ask for a child agent",
      description:
        "Asks a person for an agent that works under this one: in its workspace and project, under its owner, with no more rights, money, time or scopes than it has. A request that goes beyond that is refused with `exceeds`, a list of each point with what is possible. " +
        "What the policy leaves out is as the parent has it. The child ends with its time, and is suspended with its parent. The same Idempotency-Key with the same body gives the same answer again. Needs the scope `approvals.request`.",
      headers: IdempotencyHeaders,
      body: SpawnBody,
      answers: { 201: { description: "A person is asked.", schema: SpawnRequest }, 200: { description: "This key and body were sent before; this is that request.", schema: SpawnRequest, headers: ReplayedHeaders } },
      refusals: ["policy_denied", "approval_queue_full", "conflict", "idempotency_key_reused"],
    },
    async (ctx, { body, headers, c }) => {
      const { id, replayed } = await requestSpawn(ctx, body, headers["idempotency-key"]);
      return answerJson(c, await getSpawnRequest(ctx, { id }), replayed ? 200 : 201, { location: `/api/v1/spawn-requests/${id}`, ...(replayed ? { "idempotency-replayed": "true" } : {}) });
    },
  );

  endpoint(
    api,
    {
      method: "get",
      path: "/spawn-requests/{id}",
      tag,
      summary: "Get a request for a child",
      description: "What became of a request that this agent made. Needs the scope `approvals.request`.",
      params: IdParams,
      answers: { 200: one },
      refusals: ["not_found"],
    },
    async (ctx, { params, c }) => answerJson(c, await getSpawnRequest(ctx, params)),
  );

  endpoint(
    api,
    {
      method: "get",
      path: "/spawn-requests/{id}/wait",
      tag,
      summary: "Wait for a child",
      description: "Answers as soon as a person has decided, or when the time has passed: look at `status`, and ask again. Needs the scope `approvals.request`.",
      params: IdParams,
      query: WaitQuery.omit({ for: true }),
      answers: { 200: one },
      refusals: ["not_found", "rate_limited", "unavailable"],
    },
    async (ctx, { params, query, c }) => {
      const giveBack = takeWait(ctx.actor.id);
      try {
        const until = async () => (await getSpawnRequest(ctx, params)).status !== "pending";
        await waitFor(ctx.organizationId, "approvals", { until, timeoutMs: query.timeoutSeconds * 1000, signal: c.req.raw.signal });
      } finally {
        giveBack();
      }
      // The key may have been revoked in the meantime; the answer is given to a key that is good now.
      return answerJson(c, await getSpawnRequest(await authenticate(c), params));
    },
  );

  endpoint(
    api,
    {
      method: "post",
      path: "/spawn-requests/{id}/claim",
      tag,
      summary: "Fetch the child's key",
      description: "Gives the key of an approved child, once. It is in this answer and nowhere else: hand it to the child at once. It has no scope that the key which fetches it has not. Needs the scope `approvals.request`.",
      params: IdParams,
      answers: { 200: { description: "The key.", schema: ClaimedSpawn.meta({ id: "ChildKey" }) } },
      refusals: ["not_found", "conflict"],
    },
    async (ctx, { params, c }) => answerJson(c, await claimSpawned(ctx, params)),
  );

  endpoint(
    api,
    {
      method: "post",
      path: "/spawn-requests/{id}/cancel",
      tag,
      summary: "Withdraw a request for a child",
      description: "Nobody is asked any more. Once it was decided there is nothing to withdraw. Withdrawing it again is answered the same. Needs the scope `approvals.request`.",
      params: IdParams,
      answers: { 200: one },
      refusals: ["not_found", "conflict"],
    },
    async (ctx, { params, c }) => {
      await withdrawOwn(ctx, { ...params, kind: "spawn" });
      return answerJson(c, await getSpawnRequest(ctx, params));
    },
  );
}
