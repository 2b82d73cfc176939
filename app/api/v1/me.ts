import { loadSelf, SelfView } from "@/lib/agents/self";
import { answerJson } from "./answer";
import { endpoint, type Api } from "./endpoint";

export function mountMe(api: Api): void {
  endpoint(
    api,
    {
      method: "get",
      path: "/me",
      tag: "Agent",
      summary: "Who am I?",
      description: "The agent behind the key, the key's scopes, and where its costs are booked. Every key may ask.",
      answers: { 200: { description: "The agent and its key.", schema: SelfView.meta({ id: "Self" }) } },
    },
    async (ctx, { c }) => answerJson(c, await loadSelf(ctx)),
  );
}
