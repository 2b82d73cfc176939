"use client";
import { Form } from "@/components/form/form";
import type { ActionResult } from "@/components/form/result";
import { SubmitButton } from "@/components/form/submit-button";
import { TextField } from "@/components/form/text-field";

/** Asks for the work address; its domain says to which identity provider to go. */
export function SsoForm({ next }: { next: string }) {
  async function begin(_state: null, input: FormData | Record<string, unknown>): Promise<ActionResult<null>> {
    const email = input instanceof FormData ? String(input.get("email")) : "";
    const answer = await fetch("/api/sso/start", { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify({ email, next }) });
    const body = await answer.json();
    if (!answer.ok) return { ok: false, error: { code: "refused", message: String(body.detail), hint: body.hint, fields: body.errors } };
    window.location.assign(body.url);
    return { ok: true, value: null };
  }
  return (
    <Form action={begin} result={() => <p role="status">On the way to your identity provider…</p>}>
      <TextField name="email" label="Work email" type="email" autoComplete="username" required autoFocus maxLength={254} />
      <SubmitButton className="w-full">Continue</SubmitButton>
    </Form>
  );
}
