import type { Metadata } from "next";
import Link from "next/link";
import { redirect } from "next/navigation";
import { AuthShell } from "@/components/shell/auth-shell";
import { Callout } from "@/components/ui/callout";
import { safeNextPath } from "@/lib/auth/next-path";
import { currentSession } from "@/lib/ctx/session";
import { orNull } from "@/lib/errors";
import { SignInForm } from "./sign-in-form";

export const metadata: Metadata = { title: "Sign in" };

export default async function SignInPage({ searchParams }: { searchParams: Promise<{ next?: string | string[]; left?: string | string[] }> }) {
  const { next: wanted, left } = await searchParams;
  const next = safeNextPath(wanted);
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
      <Left by={left} />
      <SignInForm next={next} />
      <p className="mt-4 text-center">
        <Link href="/reset" className="inline-flex min-h-6 items-center text-sm text-accent hover:underline">
          Forgot your password?
        </Link>
      </p>
    </AuthShell>
  );
}

/** What became of signing out at an identity provider, which sent the browser back. */
function Left({ by }: { by: string | string[] | undefined }) {
  if (by === "everywhere") return <Callout tone="ok" title="You are signed out, here and at your identity provider." className="mb-4" />;
  if (by !== "here") return null;
  return (
    <Callout tone="warn" title="You are signed out here." className="mb-4">
      Your identity provider did not confirm that its own session ended. On a machine that others use, sign out there, too.
    </Callout>
  );
}
