import { listAgents } from "@/lib/agents/list";
import { clientDownload, exampleOf } from "@/lib/clients/files";
import { may } from "@/lib/ability/authorize";
import type { PersonCtx } from "@/lib/ctx/ctx";
import { orNull } from "@/lib/errors";
import { loadPolicy } from "@/lib/policies/load";

export const languages = ["typescript", "python", "curl"] as const;
export type Language = (typeof languages)[number];

const mostAgents = 8;

export type Start = Awaited<ReturnType<typeof startFor>>;

/** The first steps for this reader: their portal, an agent that they can see, in a language. */
export async function startFor(ctx: PersonCtx, appUrl: string, asked: { agent?: string | undefined; language?: string | undefined }) {
  const language = languages.find((each) => each === asked.language) ?? "typescript";
  const agents = may(ctx, "agents", "read") ? (await listAgents(ctx, { statuses: ["active"], size: mostAgents })).rows.map(({ id, name }) => ({ id, name })) : [];
  const agent = agents.find(({ id }) => id === asked.agent) ?? agents[0] ?? null;
  return { language, agents, agent, appUrl, code: await exampleOf(language, "quickstart"), more: await exampleOf(language, "more"), client: await clientOf(language, appUrl), expected: await expected(ctx, agent) };
}

/** How its reader gets the client, and how they make sure that it is the one which this page names. */
async function clientOf(language: Language, appUrl: string) {
  if (language === "curl") return null;
  const found = await clientDownload(language);
  if (!found) return null;
  const { file, sha256 } = found;
  const address = `${appUrl}/clients/${language}/${file}`;
  const get = language === "typescript" ? `npm install "${address}"` : `curl -fsSO "${address}"`;
  const check = language === "typescript" ? `curl -fsS "${address}" | sha256sum` : `sha256sum ${file}`;
  return { get, check, sha256 };
}

/** What the agent's own policy will say to the tool of the example, which is on nobody's list. */
async function expected(ctx: PersonCtx, agent: { id: string } | null): Promise<string> {
  const policy = agent && (await loadPolicy(ctx, { agentId: agent.id }).catch(orNull("forbidden", "not_found")));
  switch (policy?.current.level) {
    case "trusted":
      return "This agent is at the level trusted, so nobody is asked: the program goes on at once. Give the tool quickstart.hello the mode approval in its policy to see a request.";
    case "isolated":
      return "This agent is isolated: it may use the sandbox and nothing else, so the program is told which rule refused it and whom to ask. Choose another agent to see a request.";
    default:
      return "The tool quickstart.hello is on nobody's list, so a person is asked. The request is in the queue as soon as the program runs.";
  }
}
