import { z } from "zod";
import { checkNetwork, CheckNetworkInput, NetworkCheckView } from "@/lib/egress/check";
import { answerJson } from "./answer";
import { endpoint, type Api } from "./endpoint";

const { shape } = CheckNetworkInput;

const CheckBody = z
  .strictObject({
    url: shape.url.meta({ description: "Where the agent wants to connect: a URL, or a host with or without port. For a redirect, where it leads." }),
    addresses: shape.addresses.meta({ description: "The addresses that its name led to, where the agent has looked it up. Without them the portal looks it up." }),
    actionId: shape.actionId.meta({ description: "The action that the connection is part of, while it is allowed or running. Its tool is judged as well, what was approved for the hosts that it names counts, and so does the lease by which it passed." }),
    lease: shape.lease.meta({ description: "A lease that opens hosts that no list has. It is not used up by asking." }),
  })
  .meta({ id: "CheckNetwork", examples: [{ url: "https://api.example.com/v1/orders" }] });

const NetworkCheck = NetworkCheckView.meta({
  id: "NetworkCheck",
  description: "`allow`: connect, to one of `addresses`. `ask`: submit the action, a person will be asked. `deny`: do not connect. `rule` says why, `source` whose list or policy decided.",
});

/** Before an agent connects. */
export function mountNetworkChecks(api: Api): void {
  endpoint(
    api,
    {
      method: "post",
      path: "/network/checks",
      tag: "Network",
      summary: "May I connect there?",
      description:
        "Says whether this agent may reach a host, by what a decision asks of it: the lists of the organization, the workspace and the template, a lease's, and the grids, levels and policies of all levels. Without `actionId` it is not known which tool connects, so rows of single tools do not count. Ask before each connection, and again for each redirect; then connect to an address of the answer, not to what the name says by then. A denial is an event of the audit. Needs the scope `actions.submit`.",
      body: CheckBody,
      answers: { 200: { description: "The verdict.", schema: NetworkCheck } },
    },
    async (ctx, { body, c }) => answerJson(c, await checkNetwork(ctx, body)),
  );
}
