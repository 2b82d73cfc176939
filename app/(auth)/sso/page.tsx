import type { Metadata } from "next";
import Link from "next/link";
import { redirect } from "next/navigation";
import { AuthShell } from "@/components/shell/auth-shell";
import { Callout } from "@/components/ui/callout";
import { safeNextPath } from "@/lib/auth/next-path";
import { currentSession } from "@/lib/ctx/session";
import { SsoForm } from "./sso-form";

export const metadata: Metadata = { title: "Single sign-on" };

type Query = { next?: string | string[]; refused?: string | string[] };

export default async function SsoPage({ searchParams }: { searchParams: Promise<Query> }) {
  const query = await searchParams;
  const next = safeNextPath(query.next);
  if (await currentSession()) redirect(next);
  const refused = typeof query.refused === "string" && /^[\w-]{1,64}$/.test(query.refused) ? query.refused : null;
  return (
    <AuthShell title="Single sign-on" footer={<Link href={`/sign-in?next=${encodeURIComponent(next)}`}>Sign in with a password instead</Link>}>
      {refused ? (
        <Callout tone="danger" title="Your identity provider's answer did not let you in.">
          Begin again. If it happens once more, tell an admin of your organization the request id {refused}; the audit says why.
        </Callout>
      ) : null}
      <SsoForm next={next} />
    </AuthShell>
  );
}
