import type { Metadata } from "next";
import { cookies } from "next/headers";
import Link from "next/link";
import { redirect } from "next/navigation";
import { AuthShell } from "@/components/shell/auth-shell";
import { safeNextPath } from "@/lib/auth/next-path";
import { secondStepCookie } from "@/lib/auth/second-step-cookie";
import { requestInfo } from "@/lib/ctx/session";
import { loadPendingSignIn } from "@/lib/mfa/load-pending";
import { SecondStepForm } from "./second-step-form";

export const metadata: Metadata = { title: "Confirm that it is you" };

export default async function SecondStepPage({ searchParams }: { searchParams: Promise<{ next?: string | string[] }> }) {
  const next = safeNextPath((await searchParams).next);
  const pending = await loadPendingSignIn(await requestInfo(), (await cookies()).get(secondStepCookie().name)?.value);
  const again = next === "/" ? "/sign-in" : `/sign-in?next=${encodeURIComponent(next)}`;
  if (!pending) redirect(again);
  return (
    <AuthShell
      title="Confirm that it is you"
      description="The first step was right. One more."
      footer={
        <>
          Neither at hand? Ask an admin of your organization. <Link href={again} className="underline">Start again</Link>
        </>
      }
    >
      <SecondStepForm ways={pending.kinds} rememberDays={pending.rememberDays} next={next} again={again} />
    </AuthShell>
  );
}
