import Link from "next/link";
import { Card } from "@/components/ui/card";
import { CodeBlock } from "@/components/ui/code-block";
import { Icon } from "@/components/ui/icon";
import { may } from "@/lib/ability/authorize";
import type { PersonCtx } from "@/lib/ctx/ctx";
import type { Overview } from "@/lib/home/overview";

/** From nothing to the first decision, for those who can take the steps. */
export function FirstSteps({ ctx, seen, address }: { ctx: PersonCtx; seen: Overview; address: string }) {
  if (!may(ctx, "agents", "create")) return null;
  const anyAgent = seen.agents.active + seen.agents.suspended + seen.agents.draft > 0;
  const steps = [
    { done: seen.workspaces > 0, href: "/settings/workspaces", title: "Make a workspace with a project", text: "Agents live in projects; budgets and roles follow them." },
    { done: anyAgent, href: "/agents/new", title: "Create an agent", text: "Say who answers for it, which tools it may use and from which cost or risk on a person is asked." },
    { done: (seen.keys ?? 0) > 0, href: "/agents", title: "Give it an API key", text: "On the agent's page. It is shown once and kept only as a hash." },
    { done: false, href: "/docs", title: "Let it ask for something", text: "The answer names the decision and its rule; what runs appears under Runs." },
  ];
  const next = steps.findIndex((step) => !step.done);
  return (
    <Card title="First steps" description="From an empty installation to the first decision">
      <ol className="grid gap-3">
        {steps.map((step, index) => (
          <li key={step.title} className="flex gap-3">
            <Icon name={step.done ? "check-circle" : "dashed"} label={step.done ? "Done" : "To do"} className={step.done ? "mt-0.5 text-ok" : "mt-0.5 text-subtle"} />
            <div>
              <Link href={step.href} className={index === next ? "font-semibold text-accent hover:underline" : "font-medium hover:underline"}>
                {step.title}
              </Link>
              <p className="text-muted">{step.text}</p>
            </div>
          </li>
        ))}
      </ol>
      <div className="mt-4">
        <CodeBlock label="The first action" language="curl" code={firstCall(address)} />
      </div>
    </Card>
  );
}

function firstCall(address: string): string {
  const body = { tool: "sandbox.python", arguments: { code: "print(6 * 7)" }, estimatedCostMicros: 10_000, purpose: "A first look" };
  return [
    `curl ${new URL("/api/v1/actions", address).href} \\`,
    `  -H "Authorization: Bearer $COUNTERSIGN_KEY" \\`,
    `  -H "Idempotency-Key: first-action" \\`,
    `  -H "Content-Type: application/json" \\`,
    // Nothing in it is a quote of the shell's.
    `  -d '${JSON.stringify(body, null, 2)}'`,
  ].join("\n");
}
