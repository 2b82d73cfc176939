"use client";
import { useEffect, useRef } from "react";

/** next-auth's two requests; the ticket is in a cookie that no script reads. */
export function FinishSignIn({ next }: { next: string }) {
  const begun = useRef(false);
  useEffect(() => {
    if (begun.current) return;
    begun.current = true;
    // A whole page load, so that nothing of whoever was here before is left in memory.
    void changeTicket().then((opened) => window.location.replace(opened ? next : "/sso/refused?why=ticket"));
  }, [next]);
  return <p role="status">One moment…</p>;
}

async function changeTicket(): Promise<boolean> {
  try {
    const { csrfToken } = await (await fetch("/api/auth/csrf")).json();
    const answer = await fetch("/api/auth/callback/sso", { method: "POST", body: new URLSearchParams({ csrfToken, callbackUrl: window.location.origin, json: "true" }) });
    const { url } = await answer.json();
    return answer.ok && !new URL(url, window.location.origin).searchParams.has("error");
  } catch {
    return false;
  }
}
