import { z } from "zod";
import { cancelAction } from "@/lib/actions/cancel";
import { getAction } from "@/lib/actions/get";
import { listActions, ListActionsInput } from "@/lib/actions/list";
import { reportOutcome, ReportOutcomeInput } from "@/lib/actions/report-outcome";
import { submitAction } from "@/lib/actions/submit";
import { takeGrant } from "@/lib/actions/take-grant";
import { Action, ActionPage, IdempotencyHeaders, IdParams, LastEventHeaders, ReplayedHeaders, SubmitBody, WaitQuery } from "./action-schemas";
import { answerJson } from "./answer";
import { authenticate, endpoint, type Api } from "./endpoint";
import { followAction } from "./events";
import { waitForAction } from "./wait";

const tag = "Actions";
const one = { description: "The action as it stands.", schema: Action };

const { shape } = ListActionsInput;
const ListQuery = z.strictObject({
  status: shape.status.meta({ description: "Only those that stand so." }),
  after: shape.after.meta({ description: "`next` of the page before." }),
  before: shape.before.meta({ description: "`previous` of the page after." }),
  size: shape.size.meta({ description: "How many at most." }),
});

/** Submitting, following and ending actions. */
export function mountActions(api: Api): void {
  endpoint(
    api,
    {
      method: "post",
      path: "/actions",
      tag,
      summary: "Submit an action",
      description:
        "Says what the agent is about to do and gets the decision with the rule that made it. `allow`: take the grant and do it, or follow the run for `sandbox.*` tools. " +
        "`needs_approval`: wait for a person. A denial is a problem document with `rule` and `action`; one by a budget also says what is left, when it resets and how to ask for more. `approval_queue_full`: as many of the agent's requests wait for a person as its policy lets wait. " +
        "The same Idempotency-Key with the same body gives the same answer again and is decided once. Needs the scope `actions.submit`.",
      headers: IdempotencyHeaders,
      body: SubmitBody,
      comparesKey: true,
      answers: {
        201: { description: "Decided: allowed, or waiting for approval.", schema: Action },
        200: { description: "This key and body were sent before; this is that action.", schema: Action, headers: ReplayedHeaders },
      },
      refusals: ["budget_exceeded", "policy_denied", "approval_queue_full", "idempotency_key_reused", "unavailable"],
    },
    async (ctx, { body, headers, c, fromMemory }) => {
      const { action, replayed } = await submitAction(ctx, body, headers["idempotency-key"], { fromMemory });
      return answerJson(c, action, replayed ? 200 : 201, {
        location: `/api/v1/actions/${action.id}`,
        ...(replayed ? { "idempotency-replayed": "true" } : {}),
      });
    },
  );

  endpoint(
    api,
    {
      method: "get",
      path: "/actions",
      tag,
      summary: "List actions",
      description: "The agent's own actions, newest first. Pass `next` on as `after` for the following page. Needs the scope `actions.view`.",
      query: ListQuery,
      answers: { 200: { description: "One page.", schema: ActionPage } },
    },
    async (ctx, { query, c }) => {
      const { rows, next, previous } = await listActions(ctx, query);
      return answerJson(c, { actions: rows, next, previous });
    },
  );

  endpoint(
    api,
    {
      method: "get",
      path: "/actions/{id}",
      tag,
      summary: "Get an action",
      description: "Where the action stands. Needs the scope `actions.view`.",
      params: IdParams,
      answers: { 200: one },
      refusals: ["not_found"],
    },
    async (ctx, { params, c }) => answerJson(c, await getAction(ctx, params)),
  );

  endpoint(
    api,
    {
      method: "get",
      path: "/actions/{id}/wait",
      tag,
      summary: "Wait for an action",
      description:
        "Answers as soon as the action is decided (`for=decision`), may begin (`for=turn`) or is over (`for=end`), or when the time has passed: look at `status`, and ask again. Needs the scope `actions.view`.",
      params: IdParams,
      query: WaitQuery,
      answers: { 200: one },
      refusals: ["not_found", "rate_limited", "unavailable"],
    },
    async (ctx, { params, query, c }) => {
      await waitForAction(ctx, { ...params, ...query }, c.req.raw.signal);
      // The key may have been revoked in the meantime; the answer is given to a key that is good now.
      return answerJson(c, await getAction(await authenticate(c), params));
    },
  );

  endpoint(
    api,
    {
      method: "get",
      path: "/actions/{id}/events",
      tag,
      summary: "Follow an action",
      description:
        "The action's changes as server-sent events: `status` with the whole action, the current one at once and then each new one; `end` when it is over; `refused` with a problem document when the key is good no longer. " +
        "A stream lasts ten minutes at most: come back with `Last-Event-ID`, as an EventSource does by itself, and nothing is missed or told twice. Needs the scope `actions.view`.",
      params: IdParams,
      headers: LastEventHeaders,
      answers: {
        200: { description: "Events, with a comment as a heartbeat every 15 seconds.", type: "text/event-stream", schema: z.string() },
        204: { description: "The action is over, and its end was told: do not come back." },
      },
      refusals: ["not_found", "rate_limited", "unavailable"],
    },
    async (ctx, { params, headers, c }) => followAction(ctx, { ...params, lastEventId: headers["last-event-id"], signal: c.req.raw.signal, again: () => authenticate(c) }),
  );

  endpoint(
    api,
    {
      method: "post",
      path: "/actions/{id}/grant",
      tag,
      summary: "Take the grant",
      description:
        "Takes the single-use right to carry out an allowed or approved action, right before doing so. Exactly one caller gets it, before it expires. Where as many of the agent's own tasks are under way as its policy lets be, the answer is 202 with the place in `queue`: wait with `for=turn`, and ask again; who has not asked for two minutes lets those behind it by. Needs the scope `actions.report`.",
      params: IdParams,
      answers: {
        200: { description: "Go on; then report the outcome.", schema: Action },
        202: { description: "Others of this agent go first: nothing may begin yet.", schema: Action },
      },
      refusals: ["not_found", "conflict"],
    },
    async (ctx, { params, c }) => {
      const action = await takeGrant(ctx, params);
      return answerJson(c, action, action.status === "running" ? 200 : 202);
    },
  );

  endpoint(
    api,
    {
      method: "post",
      path: "/actions/{id}/outcome",
      tag,
      summary: "Report the outcome",
      description: "Says how an action that the agent carried out itself ended and what it really cost; the reservation is settled. Once: the same report again is answered the same, another one is refused. It is taken from a locked agent too. Needs the scope `actions.report`.",
      params: IdParams,
      evenLocked: true,
      body: ReportOutcomeInput.omit({ id: true }).meta({ id: "Outcome", examples: [{ status: "succeeded", costMicros: 1200, summary: "Sent to 14 people." }] }),
      answers: { 200: one },
      refusals: ["not_found", "conflict"],
    },
    async (ctx, { params, body, c }) => answerJson(c, await reportOutcome(ctx, { ...body, ...params })),
  );

  endpoint(
    api,
    {
      method: "post",
      path: "/actions/{id}/cancel",
      tag,
      summary: "Cancel an action",
      description: "Withdraws an action that has not begun; its approval is withdrawn and its reservation given back. Cancelling it again is answered the same. Needs the scope `actions.cancel`.",
      params: IdParams,
      answers: { 200: one },
      refusals: ["not_found", "conflict"],
    },
    async (ctx, { params, c }) => answerJson(c, await cancelAction(ctx, params)),
  );
}
