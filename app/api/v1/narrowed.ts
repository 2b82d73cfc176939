import { acceptNarrowing, AcceptNarrowingInput, declineNarrowing, DeclineNarrowingInput } from "@/lib/actions/answer-narrowing";
import { getNarrowing, NarrowingView } from "@/lib/actions/get-narrowing";
import { Action, IdParams } from "./action-schemas";
import { answerJson } from "./answer";
import { endpoint, type Api } from "./endpoint";

const tag = "Narrowed requests";
const exampleDigest = "9f2c6a1e0b7d4f58a3c9e1d2b4f60718293a4b5c6d7e8f901a2b3c4d5e6f7081";

/** What a person would approve instead of what was asked for, and the agent's answer to it. */
export function mountNarrowings(api: Api): void {
  endpoint(
    api,
    {
      method: "get",
      path: "/actions/{id}/narrowing",
      tag,
      summary: "See what is offered",
      description:
        "When an action that waits has `narrowing`, a person would approve it with a smaller amount, a shorter time or other arguments. This is the offer whole: compare it with what you asked for, then accept or decline its digest. Needs the scope `actions.view`.",
      params: IdParams,
      answers: { 200: { description: "The offer as it stands.", schema: NarrowingView.meta({ id: "Narrowing" }) } },
      refusals: ["not_found"],
    },
    async (ctx, { params, c }) => answerJson(c, await getNarrowing(ctx, params)),
  );

  endpoint(
    api,
    {
      method: "post",
      path: "/actions/{id}/accept",
      tag,
      summary: "Accept what is offered",
      description:
        "The action becomes exactly what was offered, under the digest that you name, and is approved: go on as after any approval, with the new arguments. The same answer may be sent again. Needs the scope `actions.submit`.",
      params: IdParams,
      body: AcceptNarrowingInput.omit({ id: true }).meta({ id: "AcceptNarrowing", examples: [{ digest: exampleDigest }] }),
      answers: { 200: { description: "The action as it is now.", schema: Action } },
      refusals: ["not_found", "conflict"],
    },
    async (ctx, { params, body, c }) => answerJson(c, await acceptNarrowing(ctx, { ...body, ...params })),
  );

  endpoint(
    api,
    {
      method: "post",
      path: "/actions/{id}/decline",
      tag,
      summary: "Decline what is offered",
      description: "The action waits again as it was asked, and people see that it was declined, and why. To give it up altogether, cancel it. Needs the scope `actions.submit`.",
      params: IdParams,
      body: DeclineNarrowingInput.omit({ id: true }).meta({ id: "DeclineNarrowing", examples: [{ digest: exampleDigest, reason: "The second half of the list is needed as well." }] }),
      answers: { 200: { description: "The action, which waits again.", schema: Action } },
      refusals: ["not_found", "conflict"],
    },
    async (ctx, { params, body, c }) => answerJson(c, await declineNarrowing(ctx, { ...body, ...params })),
  );
}
