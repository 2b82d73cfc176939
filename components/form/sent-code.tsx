"use client";
import { useState } from "react";
import { Button } from "../ui/button";
import { FailureAlert } from "./failure-alert";
import type { ActionFailure, ActionResult } from "./result";
import { TextField } from "./text-field";

interface SentCodeProps {
  kind: "email" | "sms";
  sendCode: (input: { kind: "email" | "sms" }) => Promise<ActionResult<{ to: string }>>;
}

const words = { email: "Mail me a code", sms: "Text me a code" } as const;

/** Has a code sent, and takes it. */
export function SentCode({ kind, sendCode }: SentCodeProps) {
  const [sentTo, setSentTo] = useState<string | null>(null);
  const [failure, setFailure] = useState<ActionFailure | null>(null);
  const [pending, setPending] = useState(false);

  async function ask() {
    setPending(true);
    const outcome = await sendCode({ kind });
    setPending(false);
    setFailure(outcome.ok ? null : outcome.error);
    if (outcome.ok) setSentTo(outcome.value.to);
  }

  return (
    <div className="grid gap-3">
      <div role="status" className="empty:hidden">
        {sentTo && !failure ? `A code is on its way to ${sentTo}. It is good for ten minutes, and the one before it is not any more.` : null}
      </div>
      <FailureAlert failure={failure} />
      <Button size={sentTo ? "sm" : "md"} variant={sentTo ? "ghost" : "secondary"} className={sentTo ? "justify-self-start" : undefined} disabled={pending} onClick={ask}>
        {sentTo ? "Send another code" : words[kind]}
      </Button>
      <TextField name="code" label="Code" hint="Eight digits." inputMode="numeric" autoComplete="one-time-code" maxLength={9} required className="max-w-40 font-mono tracking-widest" />
    </div>
  );
}
