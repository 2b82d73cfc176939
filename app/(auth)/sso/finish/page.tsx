import type { Metadata } from "next";
import { AuthShell } from "@/components/shell/auth-shell";
import { safeNextPath } from "@/lib/auth/next-path";
import { FinishSignIn } from "./finish-sign-in";

export const metadata: Metadata = { title: "Signing in" };

/** Changes the ticket that the identity provider's answer led to into a session. */
export default async function FinishPage({ searchParams }: { searchParams: Promise<{ next?: string | string[] }> }) {
  return (
    <AuthShell title="Signing in">
      <FinishSignIn next={safeNextPath((await searchParams).next)} />
    </AuthShell>
  );
}
