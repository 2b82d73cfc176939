"use client";
import type { PublicKeyCredentialRequestOptionsJSON } from "@simplewebauthn/browser";
import { type ReactNode, useState } from "react";
import { Button } from "../ui/button";
import { askPasskey } from "./ask-passkey";
import { Form } from "./form";
import { SentCode } from "./sent-code";
import type { ActionResult } from "./result";
import { SubmitButton } from "./submit-button";
import { TextField } from "./text-field";

type Sent = "email" | "sms";
type Way = "passkey" | "totp" | Sent | "recovery" | "password";
export type Proof = { method: "passkey"; response: string } | { method: "totp" | "recovery" | Sent; code: string } | { method: "password"; password: string };

const otherWays: Record<Way, string> = {
  passkey: "Use a passkey or security key",
  totp: "Use the authenticator app",
  email: "Use a code by mail",
  sms: "Use a code by text message",
  recovery: "Use a recovery code",
  password: "Use the password",
};

interface ProofFormProps {
  ways: readonly string[];
  /** What a key is asked to sign. */
  offer: () => Promise<ActionResult<PublicKeyCredentialRequestOptionsJSON>>;
  /** Sends a code to the person; where it went. */
  sendCode: (input: { kind: Sent }) => Promise<ActionResult<{ to: string }>>;
  send: (proof: Proof) => Promise<ActionResult<unknown>>;
  /** What else the form asks, beside the proof. */
  children?: ReactNode;
  submit: string;
}

/** Asks for one of a person's factors, or their password, and lets them choose which. */
export function ProofForm({ ways, offer, sendCode, send, submit, children }: ProofFormProps) {
  const known = (["passkey", "totp", "email", "sms", "password"] as const).filter((way) => ways.includes(way));
  const all: Way[] = known.includes("password") ? known : [...known, "recovery"];
  const [way, setWay] = useState<Way>(all[0] ?? "recovery");

  async function prove(_state: null, input: FormData | Record<string, unknown>): Promise<ActionResult<unknown>> {
    const typed = (name: string) => String(input instanceof FormData ? input.get(name) : "");
    if (way === "passkey") {
      const offered = await offer();
      if (!offered.ok) return offered;
      const answer = await askPasskey(offered.value);
      return answer.ok ? send({ method: way, response: answer.value }) : answer;
    }
    return withBareFields(await send(way === "password" ? { method: way, password: typed("password") } : { method: way, code: typed("code") }));
  }

  return (
    <div className="grid gap-3">
      <Form key={way} action={prove}>
        {way === "passkey" ? <p>Have your key or device ready, and confirm on it when the browser asks.</p> : null}
        {way === "totp" ? (
          <TextField name="code" label="Code" hint="The six digits that your authenticator app shows now." inputMode="numeric" autoComplete="one-time-code" maxLength={7} required autoFocus className="max-w-40 font-mono tracking-widest" />
        ) : null}
        {way === "email" || way === "sms" ? <SentCode kind={way} sendCode={sendCode} /> : null}
        {way === "recovery" ? (
          <TextField name="code" label="Recovery code" hint="One that you have not used. It is good once." autoComplete="off" spellCheck={false} maxLength={40} required autoFocus className="font-mono" />
        ) : null}
        {way === "password" ? <TextField name="password" label="Your password" type="password" autoComplete="current-password" maxLength={256} required autoFocus /> : null}
        {children}
        <SubmitButton className="w-full">{way === "passkey" ? "Use your key" : submit}</SubmitButton>
      </Form>
      {all.length > 1 ? (
        <div className="grid justify-items-center gap-1 border-t border-line pt-3">
          {all.filter((each) => each !== way).map((each) => (
            <Button key={each} variant="ghost" size="sm" onClick={() => setWay(each)}>
              {otherWays[each]}
            </Button>
          ))}
        </div>
      ) : null}
    </div>
  );
}

/** A proof is sent inside of what is asked for; its fields are this form's own. */
function withBareFields<T>(outcome: ActionResult<T>): ActionResult<T> {
  if (outcome.ok || !outcome.error.fields) return outcome;
  const fields = Object.fromEntries(Object.entries(outcome.error.fields).map(([path, text]) => [path.replace(/^proof\./, ""), text]));
  return { ok: false, error: { ...outcome.error, fields } };
}
