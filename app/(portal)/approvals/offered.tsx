import { ActionButton } from "@/components/form/action-button";
import { Badge } from "@/components/ui/badge";
import { Callout } from "@/components/ui/callout";
import { HostileText } from "@/components/ui/hostile-text";
import { Money } from "@/components/ui/money";
import { RelativeTime } from "@/components/ui/relative-time";
import type { ApprovalDetail } from "@/lib/approvals/load";
import { withdraw } from "./actions";

type Narrowing = ApprovalDetail["narrowings"][number];

const words = { offered: "waits for the agent", accepted: "accepted by the agent", declined: "declined by the agent", withdrawn: "taken back" } as const;

/** What was offered to the agent instead, with the difference, and what it answered. */
export function Offered({ detail }: { detail: ApprovalDetail }) {
  if (detail.narrowings.length === 0) return null;
  const open = detail.status === "pending" && detail.cannotDecide?.code === "narrowed";
  return (
    <ul className="grid gap-3">
      {detail.narrowings.map((offer) => (
        <li key={offer.id}>
          <Callout
            tone={offer.status === "declined" ? "warn" : "info"}
            title={`${offer.by} offered less`}
            action={
              open && offer.status === "offered" ? (
                <ActionButton action={withdraw} input={{ id: detail.id }} size="sm" success="Taken back. The request waits again as it was asked.">
                  Take it back
                </ActionButton>
              ) : null
            }
          >
            <Difference offer={offer} currency={detail.currency} />
          </Callout>
        </li>
      ))}
    </ul>
  );
}

function Difference({ offer, currency }: { offer: Narrowing; currency: string }) {
  return (
    <div className="grid gap-1.5">
      <p className="flex flex-wrap items-center gap-x-2">
        <Badge>{words[offer.status]}</Badge>
        <RelativeTime at={offer.answeredAt ?? offer.createdAt} />
      </p>
      <p className="wrap-anywhere">“{offer.reason}”</p>
      {offer.amountMicros < offer.amountBeforeMicros ? (
        <p>
          Amount: <Money micros={offer.amountBeforeMicros} currency={currency} /> → <Money micros={offer.amountMicros} currency={currency} />
        </p>
      ) : null}
      {offer.seconds === null ? null : <p>Time: at most {offer.seconds} s</p>}
      {offer.argumentsChanged && offer.changes.length === 0 ? <p>The arguments were changed.</p> : null}
      {offer.changes.map((change) => (
        <p key={change.path} className="font-mono text-sm wrap-anywhere">
          <HostileText inline mono text={change.path} />: <HostileText inline mono text={shown(change.before)} /> → <HostileText inline mono text={shown(change.after)} />
        </p>
      ))}
      {offer.answer ? (
        <p>
          The agent says: <HostileText inline text={offer.answer} />
        </p>
      ) : null}
      <p className="font-mono text-xs text-muted">
        {offer.digestBefore.slice(0, 12)}… → {offer.digestAfter.slice(0, 12)}…
      </p>
    </div>
  );
}

function shown(value: unknown): string {
  return value === undefined ? "nothing" : JSON.stringify(value).slice(0, 300);
}
