"use client";
import { type MouseEvent, useId, useRef, useState } from "react";
import { useAction } from "@/components/form/use-action";
import { Button } from "@/components/ui/button";
import { Callout } from "@/components/ui/callout";
import { Input } from "@/components/ui/input";
import { Label } from "@/components/ui/label";
import type { NetworkPreview } from "@/lib/network/preview";
import { preview } from "./actions";

/** What the rule in the form around it would do, before it is saved: to whoever writes it, to an address, to sessions and keys. */
export function Preview({ isForKey }: { isForKey: boolean }) {
  const id = useId();
  const address = useRef<HTMLInputElement>(null);
  const [seen, setSeen] = useState<NetworkPreview | null>(null);
  const { run, pending, failure } = useAction(preview, { stay: true, onSuccess: setSeen });

  async function look(event: MouseEvent<HTMLButtonElement>) {
    const form = event.currentTarget.form;
    if (!form) return;
    const data = new FormData(form);
    data.set("address", address.current?.value ?? "");
    setSeen(null);
    await run(data);
  }

  return (
    <section aria-label="Preview" className="grid gap-3 rounded-md bg-sunken p-3">
      <div className="flex flex-wrap items-end gap-2">
        <div className="grid gap-1.5">
          <Label htmlFor={id}>
            Try an address <span className="font-normal text-subtle">(optional)</span>
          </Label>
          <Input id={id} ref={address} placeholder="203.0.113.7" autoComplete="off" />
        </div>
        <Button type="button" icon="eye" disabled={pending} onClick={look}>
          Preview
        </Button>
      </div>
      <div role="status" className="grid gap-2 empty:hidden">
        {failure ? <Callout tone="danger" title={failure.message}>{failure.hint}</Callout> : null}
        {seen ? <Seen seen={seen} isForKey={isForKey} /> : null}
      </div>
    </section>
  );
}

function Seen({ seen: { you, tried, sessions, keys }, isForKey }: { seen: NetworkPreview; isForKey: boolean }) {
  return (
    <>
      {you ? (
        <Callout tone={you.admitted ? "ok" : "danger"} title={you.admitted ? "You would come in." : "This would shut you out, so it cannot be saved."}>
          {you.ip ?? "Your address cannot be told"}: {you.by}
        </Callout>
      ) : null}
      {tried && "wrong" in tried ? <Callout tone="warn" title={tried.wrong} /> : null}
      {tried && !("wrong" in tried) ? (
        <Callout tone={tried.admitted ? "ok" : "danger"} title={`${tried.ip} would ${tried.admitted ? "come in" : "be refused"}.`}>
          {tried.by}. Country: {tried.country ?? "not known"}.
        </Callout>
      ) : null}
      {isForKey ? null : <Refused what="open sessions" looked={sessions} />}
      <Refused what="keys, by where they were used last," looked={keys} />
    </>
  );
}

function Refused({ what, looked: { total, refused, named } }: { what: string; looked: NetworkPreview["sessions"] }) {
  return (
    <div className="text-sm">
      <p className={refused > 0 ? "font-semibold text-warn" : "text-muted"}>
        {refused} of {total} {what} would be refused.
      </p>
      {named.length > 0 ? (
        <ul className="mt-1 list-disc pl-5">
          {named.map(({ name, ip, why }, at) => (
            <li key={`${name} ${ip} ${at}`} className="wrap-anywhere">
              {name}, {ip}: {why}
            </li>
          ))}
          {refused > named.length ? <li>and {refused - named.length} more</li> : null}
        </ul>
      ) : null}
    </div>
  );
}
