import Link from "next/link";
import type { ReactNode } from "react";
import { ButtonLink } from "@/components/ui/button-link";
import { Callout } from "@/components/ui/callout";
import { CodeBlock } from "@/components/ui/code-block";
import { HostileText } from "@/components/ui/hostile-text";
import type { Start } from "./start";

const labels = { typescript: "TypeScript", python: "Python", curl: "curl" } as const;
const files = { typescript: "quickstart.mjs", python: "quickstart.py", curl: "quickstart.sh" } as const;
const more = { typescript: "more.mjs", python: "more.py", curl: "more.sh" } as const;
const programs = { typescript: "node", python: "python3", curl: "sh" } as const;

/** From a key to a reported outcome, with the reader's own portal and agent. */
export function QuickStart({ start }: { start: Start }) {
  const { agent, language, appUrl } = start;
  const href = (changes: { agent?: string | undefined; language?: string }) => `/docs?${new URLSearchParams({ ...(agent ? { agent: agent.id } : {}), language, ...changes }).toString()}`;
  return (
    <section aria-labelledby="quick-start" className="grid min-w-0 gap-4">
      <div>
        <h2 id="quick-start" className="scroll-mt-20 text-lg font-semibold">
          First steps
        </h2>
        <p className="text-muted">Ten minutes, from a key to a reported outcome. You need an agent, and somebody who may decide what it asks.</p>
      </div>
      {start.agents.length > 1 ? (
        <p className="flex flex-wrap items-center gap-x-3 gap-y-1 text-sm">
          <span className="text-muted">For the agent</span>
          {start.agents.map((each) => (
            <Link key={each.id} href={href({ agent: each.id })} scroll={false} aria-current={each.id === agent?.id ? "true" : undefined} className="inline-flex min-h-6 items-center text-accent hover:underline aria-current:font-semibold aria-current:text-ink">
              <HostileText inline text={each.name} />
            </Link>
          ))}
        </p>
      ) : null}
      <nav aria-label="Language" className="border-b border-line">
        <ul className="flex gap-4">
          {Object.entries(labels).map(([name, label]) => (
            <li key={name}>
              <Link href={href({ language: name })} scroll={false} aria-current={name === language ? "true" : undefined} className="-mb-px flex h-9 items-center border-b-2 border-transparent px-0.5 text-muted hover:text-ink aria-current:border-accent aria-current:font-medium aria-current:text-ink">
                {label}
              </Link>
            </li>
          ))}
        </ul>
      </nav>
      <ol className="grid min-w-0 gap-6">
        <Step number={1} title="Get a key">
          {agent ? (
            <p>
              Make one for <HostileText inline text={agent.name} />, with every scope. It is shown once.{" "}
              <ButtonLink href={`/agents/${agent.id}/keys`} size="sm" icon="key">
                Its keys
              </ButtonLink>
            </p>
          ) : (
            <p>
              Keys are made on an agent&rsquo;s page, and shown once.{" "}
              <ButtonLink href="/agents" size="sm" icon="agent">
                Agents
              </ButtonLink>
            </p>
          )}
          <CodeBlock label="This portal, and your key" language="shell" code={`export COUNTERSIGN_URL="${appUrl}"\n# Paste the key when you are asked for it, and press Enter; it is not shown, and lands in no history.\nprintf "Key: " && read -rs COUNTERSIGN_KEY && export COUNTERSIGN_KEY && echo`} />
        </Step>
        {start.client ? (
          <Step number={2} title="Get the client">
            <p>
              In an empty folder. It comes from this portal and from nowhere else, needs nothing but {language === "python" ? "Python 3.9 and its standard library" : "Node 20 or newer"}, and is typed.
            </p>
            <CodeBlock label="Install" language="shell" code={start.client.get} />
            <p className="text-sm text-muted">
              Its SHA-256 is <code className="font-mono wrap-anywhere">{start.client.sha256}</code>, as <code className="font-mono wrap-anywhere">{start.client.check}</code> shows.
            </p>
          </Step>
        ) : null}
        <Step number={start.client ? 3 : 2} title="Ask, wait, act, report">
          <p>
            Save this as <code className="font-mono text-sm">{files[language]}</code>, and run it with <code className="font-mono text-sm">{`${programs[language]} ${files[language]}`}</code>. It waits until somebody has decided: that is the next step.
          </p>
          <CodeBlock label={files[language]} language={language === "curl" ? "shell" : language} code={start.code} />
        </Step>
        <Step number={start.client ? 4 : 3} title="Say yes">
          <p>{start.expected}</p>
          <p className="text-muted">Nobody decides for an agent that they own, nor what came with a key that they made: ask somebody else with the role Supervisor.</p>
          <ButtonLink href="/approvals" size="sm" icon="approvals" className="w-fit">
            Open approvals
          </ButtonLink>
        </Step>
        <Step number={start.client ? 5 : 4} title="See what became of it">
          <p>
            The program goes on within a second of the decision, says hello, and reports what it cost. {agent ? <Link href={`/agents/${agent.id}`} className="text-accent underline">The agent&rsquo;s page</Link> : "The agent’s page"} has it under recent actions, with every step in the audit log.
          </p>
        </Step>
        <Step number={start.client ? 6 : 5} title="And the rest">
          <p>
            Several actions at once, following them as they change, withdrawing, a child agent, and what a refusal says. Save it as <code className="font-mono text-sm">{more[language]}</code>, and run it with{" "}
            <code className="font-mono text-sm">{`${programs[language]} ${more[language]}`}</code>. It leaves nothing behind that waits.
          </p>
          <CodeBlock label={more[language]} language={language === "curl" ? "shell" : language} code={start.more} />
        </Step>
      </ol>
      <Callout tone="info" title="Send the same Idempotency-Key for the same piece of work">
        Whatever breaks in between, asking again with it is safe: the action is decided once, and you get its answer. The clients do so by themselves when a call meets an outage.
      </Callout>
    </section>
  );
}

function Step({ number, title, children }: { number: number; title: string; children: ReactNode }) {
  return (
    <li className="grid min-w-0 gap-2">
      <h3 className="font-semibold">
        {number}. {title}
      </h3>
      {children}
    </li>
  );
}
