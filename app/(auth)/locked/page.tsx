import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { leave } from "@/app/(portal)/sign-out";
import { AuthShell } from "@/components/shell/auth-shell";
import { Button } from "@/components/ui/button";
import { Callout } from "@/components/ui/callout";
import { currentLock } from "@/lib/ctx/session";

export const metadata: Metadata = { title: "Locked" };

/** Where every page leads whose session is stopped by a lock, until that is lifted or its time is over. */
export default async function LockedPage() {
  const lock = await currentLock();
  if (!lock) redirect("/");
  return (
    <AuthShell title="Locked">
      <div className="grid gap-4">
        <Callout tone="danger" title={lock.message}>
          {lock.hint}
        </Callout>
        <form action={leave}>
          <Button type="submit" className="w-full">
            Sign in as somebody else
          </Button>
        </form>
      </div>
    </AuthShell>
  );
}
