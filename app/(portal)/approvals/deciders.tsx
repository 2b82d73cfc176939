import { Badge } from "@/components/ui/badge";
import { HostileText } from "@/components/ui/hostile-text";
import { Icon } from "@/components/ui/icon";
import { RelativeTime } from "@/components/ui/relative-time";
import type { ApprovalDetail } from "@/lib/approvals/load";
import { BreakGlass } from "./break-glass";
import { What } from "./what";

const mostNamed = 12;

/** The stages of a request: what is decided by whom, who can decide what is decided now and who of them is away, and who is asked next. */
export function Deciders({ detail }: { detail: ApprovalDetail }) {
  const { who, status } = detail;
  const isOpen = status === "pending";
  return (
    <div className="grid gap-3">
      <ol className="grid gap-2">
        {who.stages.map((stage, at) => (
          <li key={`${at} ${stage.name}`} className="rounded-md border border-line p-2.5" aria-current={isOpen && at === who.current ? "step" : undefined}>
            <p className="flex flex-wrap items-center gap-2">
              <span className="font-medium">
                {who.stages.length > 1 ? `${at + 1}. ` : ""}
                {stage.name}
              </span>
              <StageBadge at={at} detail={detail} />
              {stage.rule ? (
                <span className="text-sm text-muted">
                  rule “{stage.rule.name}” of the {stage.rule.scopeType}, version {stage.rule.version}
                </span>
              ) : null}
            </p>
            <ul className="text-muted">
              {stage.needs.map((need, which) => (
                <li key={need.words}>
                  {which === 0 ? "asks" : "or"} {need.words}
                  {need.count > 1 ? ` (${Math.min(need.have, need.count)} of ${need.count})` : ""}
                </li>
              ))}
              {stage.rejections > 1 ? <li>{stage.rejections} rejections end it</li> : null}
              {stage.reasonPattern ? <li>a yes needs a note that holds {stage.reasonPattern} (# is a number, @ are letters)</li> : null}
            </ul>
            {who.decisions.filter((made) => made.stage === at).map((made) => (
              <p key={made.personId} className="mt-1 flex flex-wrap items-center gap-x-2">
                <Icon name={made.decision === "approved" ? "check" : "x"} />
                <span>
                  {made.personName} {made.decision} it{made.behalfName ? ` for ${made.behalfName}` : ""}
                  {made.breakGlass ? ", alone, by breaking the glass" : ""}, <RelativeTime at={made.at} />
                </span>
                {made.reason ? <HostileText inline text={made.reason} /> : null}
              </p>
            ))}
            {isOpen && at === who.current
              ? stage.escalations.map((later) => (
                  <p key={later.at.getTime()} className="mt-1 text-sm text-muted">
                    {later.hasCome ? "Also asked by now" : "If nobody decides, also asked"}: {later.who}, <RelativeTime at={later.at} />
                  </p>
                ))
              : null}
          </li>
        ))}
      </ol>
      {isOpen ? <Now detail={detail} /> : null}
    </div>
  );
}

function StageBadge({ at, detail: { who, status } }: { at: number; detail: ApprovalDetail }) {
  if (status === "approved" || at < who.current) return <Badge tone="ok" icon="check">Decided</Badge>;
  if (status !== "pending") return at === who.current ? <Badge tone="danger">Ended here</Badge> : null;
  return at === who.current ? <Badge tone="accent">Decided now</Badge> : <Badge>Later</Badge>;
}

function Now({ detail }: { detail: ApprovalDetail }) {
  const regular = detail.who.deciders.filter(({ breaksGlass }) => !breaksGlass);
  const alone = detail.who.deciders.filter(({ breaksGlass }) => breaksGlass);
  return (
    <div>
      {regular.length === 0 ? (
        <p className="flex items-center gap-2 text-danger">
          <Icon name="warning" /> Nobody can decide this stage now. It ends in denial when it expires, unless somebody gets a role that it asks.
        </p>
      ) : (
        <>
          <p className="font-medium">Can decide now</p>
          <ul className="grid gap-1">
            {regular.slice(0, mostNamed).map((one) => (
              <li key={one.id} className="flex flex-wrap items-center gap-x-2">
                {one.name}
                {one.forName ? <span className="text-muted">for {one.forName}</span> : null}
                {one.awayUntil ? (
                  <Badge tone="warn">
                    Away, back <RelativeTime at={one.awayUntil} />
                  </Badge>
                ) : one.busyUntil ? (
                  <Badge>
                    Busy until <RelativeTime at={one.busyUntil} />
                  </Badge>
                ) : one.isOnline ? (
                  <Badge tone="ok">Online</Badge>
                ) : (
                  <span className="text-sm text-muted">offline</span>
                )}
              </li>
            ))}
          </ul>
          {regular.length > mostNamed ? <p className="text-muted">and {regular.length - mostNamed} more</p> : null}
        </>
      )}
      {alone.length > 0 ? <p className="mt-1 text-sm text-muted">May break the glass: {alone.map(({ name }) => name).join(", ")}</p> : null}
      {detail.mayBreakGlass ? <BreakGlass id={detail.id} digest={detail.digest} stage={detail.who.current} what={<What detail={detail} />} /> : null}
    </div>
  );
}
