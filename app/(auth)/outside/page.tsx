import type { Metadata } from "next";
import Link from "next/link";
import { redirect } from "next/navigation";
import { AuthShell } from "@/components/shell/auth-shell";
import { Button } from "@/components/ui/button";
import { ButtonLink } from "@/components/ui/button-link";
import { Callout } from "@/components/ui/callout";
import { safeNextPath } from "@/lib/auth/next-path";
import { currentSession, requestInfo } from "@/lib/ctx/session";
import { AppError } from "@/lib/errors";
import { leave } from "../../(portal)/sign-out";

export const metadata: Metadata = { title: "Not from this network" };

/** For whoever is who they say, and comes from where their organization lets nobody in. */
export default async function OutsidePage({ searchParams }: { searchParams: Promise<{ next?: string | string[] }> }) {
  const next = safeNextPath((await searchParams).next);
  const refusal = await refusalNow();
  if (refusal === "admitted") redirect(next);
  const { ip } = await requestInfo();
  return (
    <AuthShell title="Not from this network" footer={refusal ? null : <Link href="/sign-in">Sign in</Link>}>
      <Callout tone="danger" title={refusal?.message ?? `Your address ${ip ?? ""} is not within what your organization allows.`.replace("  ", " ")}>
        {refusal?.hint ?? "Come by your organization's network or VPN, or ask an admin to let this address in."}
      </Callout>
      {refusal ? (
        <div className="mt-4 flex flex-wrap gap-2">
          <ButtonLink href={`/outside?next=${encodeURIComponent(next)}`} prefetch={false} variant="primary">
            Try again
          </ButtonLink>
          <form action={leave}>
            <Button type="submit">Sign out</Button>
          </form>
        </div>
      ) : null}
      {refusal ? <p className="mt-4 text-muted">You stay signed in. Once you come from an allowed address, everything is where you left it.</p> : null}
    </AuthShell>
  );
}

/** Why this session is of no use here; null without one. */
async function refusalNow(): Promise<AppError | "admitted" | null> {
  try {
    return (await currentSession()) ? "admitted" : null;
  } catch (error) {
    if (error instanceof AppError && error.code === "network_not_allowed") return error;
    throw error;
  }
}
