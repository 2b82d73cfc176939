import Link from "next/link";
import type { ReactNode } from "react";
import { Badge } from "@/components/ui/badge";
import { Callout } from "@/components/ui/callout";
import { CopyableId } from "@/components/ui/copyable-id";
import { HostileText } from "@/components/ui/hostile-text";
import { HostileWarning } from "@/components/ui/hostile-warning";
import { Icon } from "@/components/ui/icon";
import { KeyValue } from "@/components/ui/key-value";
import { Meter } from "@/components/ui/meter";
import { Money } from "@/components/ui/money";
import { RelativeTime } from "@/components/ui/relative-time";
import { RiskBadge } from "@/components/ui/risk-badge";
import type { ApprovalDetail } from "@/lib/approvals/load";
import { LockButton } from "../settings/locks/lock-button";
import { AgentHistoryView } from "./agent-history";
import { ApproveLess } from "./approve-less";
import { AskedChild } from "./asked-child";
import { AskedLease } from "./asked-lease";
import { AskedAction, AskedRaise } from "./asked-for";
import { BackLink } from "./back-link";
import { Deciders } from "./deciders";
import { DecisionBar } from "./decision-bar";
import { MoreAnswers } from "./more-answers";
import { NextButton } from "./next-button";
import { Offered } from "./offered";
import { Outcome } from "./outcome";
import { Title, What } from "./what";
import { kindLabels } from "./words";

/** Everything to decide on, in the order in which one decides. */
export function Panel({ detail }: { detail: ApprovalDetail }) {
  const { action, agent, raise } = detail;
  // A rule about risk names the reasons itself.
  const newReasons = (action?.riskReasons ?? []).filter((reason) => !detail.why.includes(reason));
  return (
    <article aria-labelledby="request-title" className="flex flex-col rounded-lg border border-line bg-surface max-lg:min-h-[calc(100dvh-6rem)]">
      <div className="grid gap-4 p-4">
        <header>
          <BackLink className="mb-2 lg:hidden" />
          <div className="flex flex-wrap items-center gap-x-2 gap-y-1">
            <RiskBadge risk={detail.risk} />
            <Badge>{kindLabels[detail.kind]}</Badge>
            <span className="text-sm text-muted">
              asked <RelativeTime at={detail.createdAt} />
              {detail.status === "pending" ? (
                <>
                  , expires <RelativeTime at={detail.expiresAt} />
                </>
              ) : null}
            </span>
          </div>
          <h2 id="request-title" className="mt-1.5 text-lg font-semibold wrap-anywhere">
            <Title detail={detail} />
          </h2>
        </header>
        <Outcome detail={detail} />
        <Offered detail={detail} />
        {detail.cannotApprove && !detail.cannotDecide ? (
          <Callout tone="warn" title={detail.cannotApprove.message}>
            {detail.cannotApprove.hint}
          </Callout>
        ) : null}

        <HostileWarning value={written(detail)} />

        <Part title="Why a person is asked">
          <HostileText text={detail.why} />
          {newReasons.length > 0 ? (
            <ul className="mt-2 grid gap-1">
              {newReasons.map((reason) => (
                <li key={reason} className="flex items-baseline gap-2 text-muted">
                  <Icon name="step" className="size-3 translate-y-0.5" />
                  <HostileText inline text={reason} />
                </li>
              ))}
            </ul>
          ) : null}
        </Part>

        {detail.requestReason ? (
          <Part title={agent ? "What the agent says it is for" : "What the requester says it is for"}>
            <div className="border-l-2 border-line-strong pl-3">
              <HostileText text={detail.requestReason} lines={8} />
            </div>
          </Part>
        ) : null}

        <Part title="What exactly is asked for">
          {action ? <AskedAction action={action} /> : null}
          {raise ? <AskedRaise detail={detail} raise={raise} /> : null}
          {detail.child ? <AskedChild child={detail.child} currency={detail.currency} /> : null}
          {detail.lease ? <AskedLease lease={detail.lease} currency={detail.currency} /> : null}
        </Part>

        {detail.status === "pending" && !detail.cannotApprove ? (
          <Part title="What approving lets happen">
            <p>{detail.consequence}</p>
            {detail.who.endsIt ? null : <p className="mt-1 text-muted">Not by one yes: others are asked besides, as it says below.</p>}
          </Part>
        ) : null}

        <Part title="Who decides">
          <Deciders detail={detail} />
        </Part>

        {action ? <CostPart detail={detail} action={action} /> : null}
        <WhoPart detail={detail} />
        {detail.history && agent ? (
          <Part title="What this agent did before">
            <AgentHistoryView history={detail.history} currency={detail.currency} />
          </Part>
        ) : null}
        <p className="flex flex-wrap items-center gap-x-3 gap-y-1 border-t border-line pt-3 text-sm text-muted">
          <span className="inline-flex items-center gap-1">
            Request <CopyableId id={detail.id} />
          </span>
          <span className="inline-flex items-center gap-1" title="SHA-256 of exactly this: agent, tool, operation, resource, arguments and policy version">
            Digest <CopyableId id={detail.digest} />
          </span>
          {detail.policyVersion === null ? null : <span>Policy version {detail.policyVersion}</span>}
          {detail.mayLock ? <LockButton kind="approval" target={detail.id} size="sm" /> : null}
        </p>
      </div>
      {detail.status === "pending" && !detail.cannotDecide ? (
        <DecisionBar key={detail.id} id={detail.id} digest={detail.digest} stage={detail.who.current} endsIt={detail.who.endsIt} notePattern={detail.who.stages[detail.who.current]?.reasonPattern ?? null} cannotApprove={detail.cannotApprove} critical={detail.risk === "CRITICAL"} more={moreAnswers(detail)} what={<What detail={detail} />}>
          <Confirmation detail={detail} />
        </DecisionBar>
      ) : (
        <div className="sticky bottom-0 z-10 mt-auto rounded-b-lg border-t border-line bg-surface px-4 pt-3 pb-[max(0.75rem,env(safe-area-inset-bottom))] *:h-11 *:w-full empty:hidden lg:hidden">
          <NextButton />
        </div>
      )}
    </article>
  );
}

function moreAnswers({ editable, action, cannotApprove, id, digest, amountMicros, currency, risk, mayApproveLess, who }: ApprovalDetail): ReactNode {
  if (mayApproveLess && !cannotApprove) return <ApproveLess {...{ id, digest, amountMicros, currency }} stage={who.current} />;
  if (!editable || !action || cannotApprove) return null;
  return <MoreAnswers {...{ id, digest, amountMicros, currency, risk, editable }} resource={action.resource} />;
}

/** What the requester wrote, as far as this page shows it. */
function written({ requestReason, action, child }: ApprovalDetail) {
  if (!action) return { reason: requestReason, name: child?.name };
  const { tool, operation, resource, arguments: args } = action;
  const files = args.files.map(({ name, preview }) => ({ name, preview }));
  return { reason: requestReason, tool, operation, resource, program: args.code?.text, files, arguments: args.rest };
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className="min-w-0">
      <h3 className="mb-1.5 font-semibold">{title}</h3>
      {children}
    </section>
  );
}

function CostPart({ detail, action }: { detail: ApprovalDetail; action: NonNullable<ApprovalDetail["action"]> }) {
  return (
    <Part title="Cost and what is left">
      <p className="mb-2">
        Estimated at <Money micros={action.estimatedCostMicros} currency={detail.currency} />
        {detail.amountMicros === action.estimatedCostMicros ? null : (
          <>
            ; at most <Money micros={detail.amountMicros} currency={detail.currency} /> is set aside
          </>
        )}
        {detail.status === "pending" ? ", and is reserved below already." : "."}
      </p>
      {detail.budgets.length === 0 ? <p className="text-muted">No budget covers this agent.</p> : null}
      <ul className="grid gap-3">
        {detail.budgets.map((budget) => (
          <li key={budget.budgetId}>
            <p className="mb-1 flex flex-wrap justify-between gap-x-4 text-sm">
              <Link href={`/budgets/${budget.budgetId}`} className="hover:underline">
                <HostileText inline text={budget.scopeName} /> <span className="text-muted">({budget.scopeType}, {budget.period}{budget.hard ? "" : ", soft"})</span>
              </Link>
              <span className="text-muted">
                resets <RelativeTime at={budget.endsAt} />
              </span>
            </p>
            <Meter label={`Budget of ${budget.scopeName}`} spent={budget.spentMicros} reserved={budget.reservedMicros} cap={budget.capMicros} currency={detail.currency} />
          </li>
        ))}
      </ul>
    </Part>
  );
}

function WhoPart({ detail }: { detail: ApprovalDetail }) {
  const { agent, place } = detail;
  const facts = agent
    ? [
        { term: "Agent", detail: <Link href={`/agents/${agent.id}`} className="text-accent hover:underline"><HostileText inline text={agent.name} /></Link> },
        { term: "Purpose", detail: agent.description ? <HostileText text={agent.description} lines={3} /> : <span className="text-muted">not described</span> },
        { term: "Owner", detail: agent.ownerName },
        { term: "Kind and level", detail: `${agent.kind}, ${agent.level ?? "unknown level"}, ${agent.status}` },
      ]
    : [{ term: "Requester", detail: detail.requesterName ?? "unknown" }];
  const where = [place.workspace, place.project].filter(Boolean).join(" / ");
  return (
    <Part title="Who asks">
      <KeyValue items={[...facts, ...(where ? [{ term: "Where", detail: where }] : [])]} />
    </Part>
  );
}

/** What the confirmation repeats: enough to see that it is the right one. */
function Confirmation({ detail }: { detail: ApprovalDetail }) {
  return (
    <div className="grid gap-2">
      <What detail={detail} />
      {detail.who.endsIt ? <p>{detail.consequence}</p> : <p>Your yes is counted, and others are asked besides. Nothing happens before they have said yes too.</p>}
      <p className="text-sm text-muted">
        Digest <span className="font-mono">{detail.digest.slice(0, 16)}…</span>
      </p>
    </div>
  );
}
