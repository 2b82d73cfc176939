import type { Metadata } from "next";
import Link from "next/link";
import { AuthShell } from "@/components/shell/auth-shell";
import { ButtonLink } from "@/components/ui/button-link";
import { CopyableId } from "@/components/ui/copyable-id";
import { refusalKinds } from "@/lib/sso/refusal";
import { words } from "./words";

export const metadata: Metadata = { title: "Not signed in" };

type Query = { why?: string | string[]; reference?: string | string[] };

/** Where a browser ends that came back from an identity provider in vain: what happened, what to do, and what to tell an admin. */
export default async function RefusedPage({ searchParams }: { searchParams: Promise<Query> }) {
  const { why, reference } = await searchParams;
  const { title, happened, todo, mayRetry } = words[refusalKinds.find((kind) => kind === why) ?? "failed"];
  const shown = typeof reference === "string" && /^[\w-]{1,64}$/.test(reference) ? reference : null;
  return (
    <AuthShell title={title} description={happened} footer={<Link href="/sign-in">Sign in with a password instead</Link>}>
      <div className="grid gap-4">
        <p>{todo}</p>
        {shown ? (
          <p className="flex flex-wrap items-center gap-2 rounded-md border border-line bg-sunken px-3 py-2 text-sm">
            <span className="text-muted">Reference</span>
            <CopyableId id={shown} full />
          </p>
        ) : null}
        <ButtonLink href="/sso" variant={mayRetry ? "primary" : "secondary"} className="w-full">
          {mayRetry ? "Begin again" : "Sign in as somebody else"}
        </ButtonLink>
      </div>
    </AuthShell>
  );
}
