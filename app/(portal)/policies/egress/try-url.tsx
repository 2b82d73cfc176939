"use client";
import { type SubmitEvent, useId, useState } from "react";
import { FailureAlert } from "@/components/form/failure-alert";
import { useAction } from "@/components/form/use-action";
import type { Scope } from "@/components/governance/scope";
import { Button } from "@/components/ui/button";
import { Callout } from "@/components/ui/callout";
import { HostileText } from "@/components/ui/hostile-text";
import { Input } from "@/components/ui/input";
import { Label } from "@/components/ui/label";
import { Select } from "@/components/ui/select";
import type { EgressContent } from "@/lib/egress/content";
import type { EgressTrial } from "@/lib/egress/try";
import { tryUrl } from "./actions";
import { levelNames } from "./levels";

type Tried = { trial: EgressTrial; ofDraft: boolean };

const words = { allow: { tone: "ok", title: "It would be reached" }, ask: { tone: "warn", title: "A person would be asked" }, deny: { tone: "danger", title: "It would be refused" } } as const;

/** What becomes of a URL step by step, and which level decides. `draft`: what is typed and not published; null: nothing. */
export function TryUrl({ where, draft, agents }: { where: Scope; draft: (() => EgressContent) | null; agents: readonly { id: string; name: string }[] }) {
  const id = useId();
  const [url, setUrl] = useState("");
  const [agentId, setAgentId] = useState("");
  const [tried, setTried] = useState<Tried | null>(null);
  const { run, pending, failure } = useAction(tryUrl, { looksOnly: true, onSuccess: (trial) => setTried({ trial, ofDraft: draft !== null }) });

  async function look(event: SubmitEvent<HTMLFormElement>) {
    event.preventDefault();
    setTried(null);
    await run({ ...where, url, agentId, draft: draft?.() ?? null });
  }

  return (
    <section aria-label="Try a URL" className="grid min-w-0 gap-3 rounded-md bg-sunken p-3">
      <form onSubmit={look} className="flex flex-wrap items-end gap-2">
        <div className="grid min-w-0 flex-1 basis-60 gap-1.5">
          <Label htmlFor={id}>Try a URL</Label>
          <Input id={id} required value={url} maxLength={4_000} onChange={(event) => setUrl(event.target.value)} placeholder="https://api.example.com/v1/orders" autoComplete="off" autoCapitalize="none" spellCheck={false} />
        </div>
        {agents.length > 0 ? (
          <div className="grid min-w-0 flex-1 basis-48 gap-1.5">
            <Label htmlFor={`${id}-agent`}>For</Label>
            <Select id={`${id}-agent`} value={agentId} onChange={(event) => setAgentId(event.target.value)}>
              <option value="">Any agent here, by the lists alone</option>
              {agents.map((agent) => (
                <option key={agent.id} value={agent.id}>
                  {agent.name}, by all that holds
                </option>
              ))}
            </Select>
          </div>
        ) : null}
        <Button type="submit" icon="eye" disabled={pending}>
          {pending ? "Trying…" : "Try"}
        </Button>
      </form>
      <div role="status" className="grid min-w-0 gap-3 empty:hidden">
        <FailureAlert failure={failure} />
        {tried?.trial.tried ? <Answer {...tried.trial.tried} ofDraft={tried.ofDraft} isWrong={tried.trial.content === null} /> : null}
      </div>
    </section>
  );
}

function Answer({ steps, unicode, verdict, ofDraft, isWrong }: NonNullable<EgressTrial["tried"]> & { ofDraft: boolean; isWrong: boolean }) {
  const look = words[verdict.outcome];
  return (
    <>
      <Callout tone={look.tone} title={look.title}>
        <HostileText inline text={verdict.message} />
        <p className="text-sm text-muted">
          Rule <span className="font-mono">{verdict.rule}</span>
          {verdict.source ? `, ${levelNames[verdict.source.scopeType]}${verdict.source.version > 0 ? `, version ${verdict.source.version}` : ""}` : ""}
          {ofDraft ? ". With what is typed here, which is not in force." : ""}
        </p>
        {isWrong ? <p className="text-sm">A line of the lists above cannot be read, so nothing of this level is allowed here.</p> : null}
      </Callout>
      {unicode ? (
        <Callout tone="warn" title="It has letters of other scripts">
          People read <HostileText inline mono text={unicode} />, and programs connect to <span className="font-mono">{verdict.host}</span>, which is what lists are compared with.
        </Callout>
      ) : null}
      {steps.length > 0 ? (
        <div className="min-w-0">
          <h3 className="mb-1 font-semibold">How it is read</h3>
          <ol className="list-decimal pl-5">
            {steps.map(({ what, becomes }) => (
              <li key={what}>
                {what}: <HostileText inline mono text={becomes} />
              </li>
            ))}
          </ol>
        </div>
      ) : null}
    </>
  );
}
