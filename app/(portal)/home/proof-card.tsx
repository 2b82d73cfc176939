import { ButtonLink } from "@/components/ui/button-link";
import { Callout } from "@/components/ui/callout";
import { Card } from "@/components/ui/card";
import { ExactTime } from "@/components/ui/exact-time";
import { KeyValue } from "@/components/ui/key-value";
import { RelativeTime } from "@/components/ui/relative-time";
import { auditStanding } from "@/lib/audit/standing";
import type { PersonCtx } from "@/lib/ctx/ctx";
import { orNull } from "@/lib/errors";

/** How far the audit stream is proven, and by what. */
export async function ProofCard({ ctx }: { ctx: PersonCtx }) {
  const standing = await auditStanding(ctx).catch(orNull("unavailable"));
  if (!standing) {
    return (
      <Card title="What is proven">
        <Callout tone="warn" title="No signing key">
          The audit stream is kept but not signed: AUDIT_PRIVATE_KEY_FILE is not set. 'npm start' sets it.
        </Callout>
      </Card>
    );
  }
  const { problem, checkpoint, full, head, verifiedTo, at } = standing;
  const number = (count: number) => count.toLocaleString("en-US");
  return (
    <Card title="What is proven" actions={<ButtonLink size="sm" variant="ghost" href="/audit">Search the audit</ButtonLink>}>
      {head === 0 && !problem ? (
        <p className="mb-3 text-muted">Nothing has happened yet. Every decision, sign-in and change will be an event here.</p>
      ) : (
        <Callout tone={problem ? "danger" : "ok"} title={problem ? "The audit stream was changed" : `Verified to event ${number(verifiedTo)} of ${number(head)}`} className="mb-3">
          {problem ? problem.message : <>Checked <RelativeTime at={at} />: no event was changed, left out or put elsewhere.</>}
        </Callout>
      )}
      <KeyValue
        items={[
          { term: "Last checkpoint", detail: checkpoint ? <>Event {number(checkpoint.size)}, signed <ExactTime at={checkpoint.at} /></> : "None yet; one is signed every minute" },
          { term: "Whole stream", detail: full ? <>{full.by} verified it <RelativeTime at={full.at} /></> : "Nobody had it verified yet" },
        ]}
      />
    </Card>
  );
}
