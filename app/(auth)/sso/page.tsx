import type { Metadata } from "next";
import Link from "next/link";
import { redirect } from "next/navigation";
import { AuthShell } from "@/components/shell/auth-shell";
import { safeNextPath } from "@/lib/auth/next-path";
import { currentSession } from "@/lib/ctx/session";
import { orNull } from "@/lib/errors";
import { SsoForm } from "./sso-form";

export const metadata: Metadata = { title: "Single sign-on" };

type Query = { next?: string | string[] };

export default async function SsoPage({ searchParams }: { searchParams: Promise<Query> }) {
  const query = await searchParams;
  const next = safeNextPath(query.next);
  if (await currentSession().catch(orNull("network_not_allowed"))) redirect(next);
  return (
    <AuthShell title="Single sign-on" footer={<Link href={`/sign-in?next=${encodeURIComponent(next)}`}>Sign in with a password instead</Link>}>
      <SsoForm next={next} />
    </AuthShell>
  );
}
