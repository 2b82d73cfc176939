"use client";
import { useState } from "react";
import { Button } from "./button";
import { Icon } from "./icon";
import { useCopy } from "./use-copy";

interface SecretOnceProps {
  secret: string;
  label: string;
  warning?: string;
}

/** A secret that will not be shown again, ready to be copied. Once hidden, it is gone from the page. */
export function SecretOnce({ secret, label, warning = "Copy it now. It is stored only as a hash and cannot be shown again." }: SecretOnceProps) {
  const [kept, setKept] = useState(false);
  const { copied, copy } = useCopy(secret);
  if (kept) return <p className="text-muted">{label} was shown once and is now hidden.</p>;
  return (
    <div className="grid gap-3 rounded-md border border-warn-line bg-warn-soft p-3">
      <p className="flex items-start gap-2">
        <Icon name="key" className="mt-0.5 text-warn" />
        <span>
          <span className="font-semibold">{label}.</span> {warning}
        </span>
      </p>
      <code className="rounded-md border border-line bg-surface px-3 py-2 font-mono text-sm break-all select-all">{secret}</code>
      <div className="flex flex-wrap gap-2">
        <Button variant="primary" icon={copied ? "check" : "copy"} onClick={copy}>
          {copied ? "Copied" : "Copy"}
        </Button>
        <Button variant="ghost" onClick={() => setKept(true)}>
          I have stored it
        </Button>
      </div>
    </div>
  );
}
