import type { Metadata } from "next";
import Link from "next/link";
import { redirect } from "next/navigation";
import { AuthShell } from "@/components/shell/auth-shell";
import { safeNextPath } from "@/lib/auth/next-path";
import { currentSession } from "@/lib/ctx/session";
import { orNull } from "@/lib/errors";
import { SignInForm } from "./sign-in-form";

export const metadata: Metadata = { title: "Sign in" };

export default async function SignInPage({ searchParams }: { searchParams: Promise<{ next?: string | string[] }> }) {
  const next = safeNextPath((await searchParams).next);
  if (await currentSession().catch(orNull("network_not_allowed"))) redirect(next);
  return (
    <AuthShell title="Sign in" footer={
        <>
          <Link href={`/sso?next=${encodeURIComponent(next)}`} className="inline-flex min-h-6 items-center text-accent hover:underline">
            Sign in with single sign-on
          </Link>
          <p className="mt-2">No account? Ask an admin of your organization to invite you.</p>
        </>
      }>
      <SignInForm next={next} />
      <p className="mt-4 text-center">
        <Link href="/reset" className="inline-flex min-h-6 items-center text-sm text-accent hover:underline">
          Forgot your password?
        </Link>
      </p>
    </AuthShell>
  );
}
