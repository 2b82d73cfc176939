"use client";
import { useEffect, useRef, useState } from "react";
import { Callout } from "@/components/ui/callout";

/** next-auth's two requests; the ticket is in a cookie that no script reads. */
export function FinishSignIn({ next }: { next: string }) {
  const begun = useRef(false);
  const [lock, setLock] = useState<string | null>(null);
  useEffect(() => {
    if (begun.current) return;
    begun.current = true;
    // A whole page load, so that nothing of whoever was here before is left in memory.
    void changeTicket(next).then(({ lock, page }) => (lock ? setLock(lock) : window.location.replace(page)));
  }, [next]);
  if (lock === null) return <p role="status">One moment…</p>;
  return (
    <div role="alert">
      <Callout tone="danger" title={lock}>
        Ask who runs your organization; whoever placed the lock can lift it.
      </Callout>
    </div>
  );
}

/** Where to go on: into the portal, to the second step, or to why not; or what a lock says. */
async function changeTicket(next: string): Promise<{ page: string; lock?: string }> {
  const refused = { page: "/sso/refused?why=ticket" };
  try {
    const { csrfToken } = await (await fetch("/api/auth/csrf")).json();
    const answer = await fetch("/api/auth/callback/sso", { method: "POST", body: new URLSearchParams({ csrfToken, callbackUrl: window.location.origin, json: "true" }) });
    const { url, detail } = await answer.json();
    if (answer.status === 423) return { ...refused, lock: String(detail) };
    const error = new URL(url, window.location.origin).searchParams.get("error");
    if (error?.startsWith("outside:")) return { page: "/outside" };
    if (error === "second-step") return { page: `/sign-in/second?next=${encodeURIComponent(next)}` };
    return answer.ok && error === null ? { page: next } : refused;
  } catch {
    return refused;
  }
}
