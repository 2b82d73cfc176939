import Link from "next/link";
import { ButtonLink } from "@/components/ui/button-link";
import { Callout } from "@/components/ui/callout";
import { buttonClass } from "@/components/ui/control-styles";
import { CopyButton } from "@/components/ui/copy-button";
import { ExactTime } from "@/components/ui/exact-time";
import { Icon } from "@/components/ui/icon";
import { RelativeTime } from "@/components/ui/relative-time";
import { type AuditStanding, auditStanding } from "@/lib/audit/standing";
import type { PersonCtx } from "@/lib/ctx/ctx";
import { AppError } from "@/lib/errors";
import { VerifyButton } from "./verify-button";

/** Up to where the stream is verified, since when, by which key, and the means to verify it oneself. */
export async function Standing({ ctx }: { ctx: PersonCtx }) {
  const standing = await auditStanding(ctx).catch((error: unknown) => {
    if (error instanceof AppError && error.code === "unavailable") return error;
    throw error;
  });
  if (standing instanceof AppError) {
    return (
      <div className="mb-4">
        <Callout tone="warn" title={standing.message}>
          {standing.hint}
        </Callout>
      </div>
    );
  }
  const { problem } = standing;
  return (
    <section aria-label="Verification" className="mb-4 grid gap-3 rounded-lg border border-line bg-surface p-4">
      <div className="flex flex-wrap items-start justify-between gap-x-6 gap-y-3">
        <div className="flex min-w-0 gap-3">
          <Icon name={problem ? "shield-alert" : "shield-check"} className={problem ? "mt-0.5 size-5 text-danger" : "mt-0.5 size-5 text-ok"} />
          <div className="grid gap-1">
            <p className="text-md font-semibold">{problem ? "The stream is not intact" : <Verified standing={standing} />}</p>
            <p className="text-muted">{problem ? <Found problem={problem} /> : <Since standing={standing} />}</p>
          </div>
        </div>
        <VerifyButton total={standing.head} />
      </div>
      <div className="flex flex-wrap items-center gap-x-3 gap-y-2 border-t border-line pt-3 text-sm">
        <span className="text-muted">Public key</span>
        <code className="min-w-0 font-mono wrap-anywhere">{standing.key}</code>
        <CopyButton text={standing.key} label="Copy the public key" />
        <span className="flex flex-wrap gap-2 sm:ml-auto">
          <Download href="/audit/key">Key</Download>
          {standing.checkpoint ? <Download href="/audit/checkpoint">Checkpoint</Download> : null}
          <ButtonLink size="sm" variant="ghost" icon="archive" href="/audit/archives">
            Archives
          </ButtonLink>
          <ButtonLink size="sm" variant="ghost" icon="help" href="/audit/format">
            Check an export yourself
          </ButtonLink>
        </span>
      </div>
    </section>
  );
}

/** A plain link: a file is no page to be prefetched or shown in place. */
function Download({ href, children }: { href: string; children: string }) {
  return (
    <a href={href} download className={buttonClass("ghost", "sm")}>
      <Icon name="download" />
      {children}
    </a>
  );
}

function Verified({ standing: { verifiedTo, at } }: { standing: AuditStanding }) {
  if (verifiedTo === 0) return "No events yet: there is nothing to verify";
  return (
    <>
      Verified to event {verifiedTo.toLocaleString("en-US")} at <ExactTime at={at} />
    </>
  );
}

function Found({ problem: { seq, kind, message } }: { problem: NonNullable<AuditStanding["problem"]> }) {
  return (
    <>
      {message}{" "}
      {kind === "missing" ? null : (
        <Link href={`/audit/${seq}`} className="text-accent underline">
          Open event {seq.toLocaleString("en-US")}
        </Link>
      )}
    </>
  );
}

function Since({ standing: { checkpoint, full } }: { standing: AuditStanding }) {
  return (
    <>
      {checkpoint ? (
        <>
          Signed up to event {checkpoint.size.toLocaleString("en-US")}, <RelativeTime at={checkpoint.at} />.{" "}
        </>
      ) : (
        "The first signed checkpoint comes within a minute. "
      )}
      {full ? (
        <>
          All of it was last recomputed <RelativeTime at={full.at} />, to event {full.verifiedTo.toLocaleString("en-US")}, by {full.by}.
        </>
      ) : (
        "Nobody has had all of it recomputed yet."
      )}
    </>
  );
}
