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
    void changeTicket().then((answer) => {
      if (answer.lock) setLock(answer.lock);
      else window.location.replace(answer.opened ? next : answer.outside ? "/outside" : "/sso/refused?why=ticket");
    });
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

async function changeTicket(): Promise<{ opened: boolean; lock?: string; outside?: boolean }> {
  try {
    const { csrfToken } = await (await fetch("/api/auth/csrf")).json();
    const answer = await fetch("/api/auth/callback/sso", { method: "POST", body: new URLSearchParams({ csrfToken, callbackUrl: window.location.origin, json: "true" }) });
    const { url, detail } = await answer.json();
    if (answer.status === 423) return { opened: false, lock: String(detail) };
    const error = new URL(url, window.location.origin).searchParams.get("error");
    return { opened: answer.ok && error === null, outside: error?.startsWith("outside:") ?? false };
  } catch {
    return { opened: false };
  }
}
