import { ActionButton } from "@/components/form/action-button";
import { LiveRefresh } from "@/components/live/live-refresh";
import { ButtonLink } from "@/components/ui/button-link";
import { Callout } from "@/components/ui/callout";
import { HostileText } from "@/components/ui/hostile-text";
import { Money } from "@/components/ui/money";
import { RelativeTime } from "@/components/ui/relative-time";
import { StatusBadge } from "@/components/ui/status-badge";
import type { ApprovalDetail } from "@/lib/approvals/load";
import { cancel } from "./actions";
import { NextButton } from "./next-button";
import { effectLabels } from "./words";

const open = ["allowed", "running"];

/** How a request stands when there is nothing to decide: who decided, and what took effect. */
export function Outcome({ detail }: { detail: ApprovalDetail }) {
  const { status, action, cannotDecide, isMine } = detail;
  if (status === "pending") {
    if (!cannotDecide) return null;
    return (
      <Callout
        tone="info"
        title={cannotDecide.message}
        action={
          isMine ? (
            <ActionButton action={cancel} input={{ id: detail.id }} size="sm" success="Withdrawn. It will not happen." confirm={{ title: "Withdraw this request?", consequence: "It ends undecided, and what was set aside for it is given back.", confirmLabel: "Withdraw" }}>
              Withdraw
            </ActionButton>
          ) : null
        }
      >
        {cannotDecide.hint}
      </Callout>
    );
  }
  return (
    <div className="rounded-md border border-line bg-sunken p-3">
      <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2">
        <p className="flex flex-wrap items-center gap-x-2 gap-y-1">
          <StatusBadge status={status} />
          <span>
            {detail.deciderName ? <>by {detail.deciderName} </> : status === "expired" ? "nobody decided in time " : status === "approved" ? "by an approval policy, without a person " : null}
            {detail.decidedAt ? <RelativeTime at={detail.decidedAt} /> : null}
          </span>
        </p>
        <span className="flex flex-wrap gap-2">
          <ButtonLink href={`/approvals/${detail.id}/proof`} size="sm" variant="ghost" icon="shield-check">
            Proof
          </ButtonLink>
          <span className="max-lg:hidden">
            <NextButton />
          </span>
        </span>
      </div>
      {detail.decisionReason ? <p className="mt-2 wrap-anywhere">“{detail.decisionReason}”</p> : null}
      {action ? (
        <p className="mt-2 flex flex-wrap items-center gap-2 text-muted">
          {/* One sentence is one part of the line: its words must not be set apart as its parts are. */}
          <span>
            What took effect: the action {effectLabels[action.status] ?? <HostileText inline text={action.status} />}
            {action.actualCostMicros === null ? null : (
              <>
                {" "}
                and cost <Money micros={action.actualCostMicros} currency={detail.currency} />
              </>
            )}
            .
          </span>
          {action.run && status === "approved" ? (
            <>
              <StatusBadge status={action.run.status} />
              <ButtonLink href={`/runs/${action.run.id}`} size="sm" icon="run">
                Open the run
              </ButtonLink>
            </>
          ) : null}
          {open.includes(action.status) ? <LiveRefresh quiet topic={`action:${action.id}`} /> : null}
          {action.run && open.includes(action.status) ? <LiveRefresh quiet topic={`run:${action.run.id}`} /> : null}
        </p>
      ) : null}
      {detail.raise ? (
        <p className="mt-2 text-muted">
          {status === "approved" ? (
            <>
              What took effect: the budget of this window was raised by <Money micros={detail.amountMicros} currency={detail.currency} />
              {detail.amountMicros < detail.raise.amountMicros ? (
                <>
                  {" "}
                  of the <Money micros={detail.raise.amountMicros} currency={detail.currency} /> that were asked for
                </>
              ) : null}
              .
            </>
          ) : (
            "The budget stays as it is."
          )}{" "}
          <ButtonLink href={`/budgets/${detail.raise.budgetId}`} size="sm" icon="budget">
            Open the budget
          </ButtonLink>
        </p>
      ) : null}
    </div>
  );
}
