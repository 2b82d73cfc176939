import { z } from "zod";
import { withdrawOwn } from "@/lib/approvals/withdraw-own";
import { getLeaseRequest, LeaseRequestView } from "@/lib/leases/get-request";
import { requestLease, RequestLeaseInput } from "@/lib/leases/request";
import { IdParams } from "./action-schemas";
import { answerJson } from "./answer";
import { endpoint, type Api } from "./endpoint";

const tag = "Leases";

const LeaseRequest = LeaseRequestView.meta({
  id: "LeaseRequest",
  description: "Status: `pending` until a person decides, then `approved`, with the lease, or `rejected`; or `expired`, `cancelled`. The token's signature can be checked with the keys at `/api/leases/jwks`.",
});

const { shape } = RequestLeaseInput;
const AskBody = z
  .strictObject({
    tools: shape.tools.meta({ description: "Tools, or globs of tools, that it shall cover." }),
    operations: shape.operations.meta({ description: "Only these operations; absent: any." }),
    resources: shape.resources.meta({ description: "Only resources that fit one of these; `*` stands for any characters; absent: any." }),
    domains: shape.domains.meta({ description: "Domains that are not on an allowlist and that it shall open; `*.` stands for one label." }),
    maxUses: shape.maxUses.meta({ description: "How often it may be used.", type: "integer", minimum: 1, maximum: 1000 }),
    costEachMicros: shape.costEachMicros.meta({ description: "The most that one use may cost, in micro-units.", type: "integer", minimum: 0 }),
    costTotalMicros: shape.costTotalMicros.meta({ description: "The most that all uses together may cost, in micro-units.", type: "integer", minimum: 0 }),
    lifeSeconds: shape.lifeSeconds.meta({ description: "How long it shall hold, from its issue; at most 7 days.", type: "integer", minimum: 60, maximum: 604800 }),
    reason: shape.reason.meta({ description: "Why, for the person who decides.", minLength: 3, maxLength: 1000 }),
  })
  .meta({ id: "AskForLease", examples: [{ tools: ["mail.send"], resources: ["customers/*"], maxUses: 20, costEachMicros: 10_000, costTotalMicros: 200_000, lifeSeconds: 7200, reason: "The monthly statements go out this afternoon." }] });

/** Asking for a temporary exception, and what became of it. */
export function mountLeases(api: Api): void {
  endpoint(
    api,
    {
      method: "post",
      path: "/lease-requests",
      tag,
      summary: "Ask for a lease",
      description:
        "Asks a person for a temporary exception: while the lease holds, and it is sent as `lease` with an action that it covers, what would need a person's yes is allowed. It opens nothing that is denied, locked or CRITICAL. While the same is asked for already the answer is 409, with the id of that request as `approvalId`, so that sending it again asks nobody twice. Needs the scope `approvals.request`.",
      body: AskBody,
      answers: { 201: { description: "A person is asked.", schema: LeaseRequest } },
      refusals: ["policy_denied", "conflict", "approval_queue_full"],
    },
    async (ctx, { body, c }) => {
      const { id } = await requestLease(ctx, body);
      return answerJson(c, await getLeaseRequest(ctx, { id }), 201, { location: `/api/v1/lease-requests/${id}` });
    },
  );

  endpoint(
    api,
    {
      method: "get",
      path: "/lease-requests/{id}",
      tag,
      summary: "Get a lease request",
      description: "What became of a request that this agent made; with the token of the lease once it is approved, for as long as it holds. Needs the scope `approvals.request`.",
      params: IdParams,
      answers: { 200: { description: "The request as it stands.", schema: LeaseRequest } },
      refusals: ["not_found"],
    },
    async (ctx, { params, c }) => answerJson(c, await getLeaseRequest(ctx, params)),
  );

  endpoint(
    api,
    {
      method: "post",
      path: "/lease-requests/{id}/cancel",
      tag,
      summary: "Withdraw a lease request",
      description: "Nobody is asked any more. Once it was decided there is nothing to withdraw. Withdrawing it again is answered the same. Needs the scope `approvals.request`.",
      params: IdParams,
      answers: { 200: { description: "The request as it stands.", schema: LeaseRequest } },
      refusals: ["not_found", "conflict"],
    },
    async (ctx, { params, c }) => {
      await withdrawOwn(ctx, { ...params, kind: "access" });
      return answerJson(c, await getLeaseRequest(ctx, params));
    },
  );
}
