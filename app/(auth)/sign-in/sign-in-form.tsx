"use client";
import { Form } from "@/components/form/form";
import { SubmitButton } from "@/components/form/submit-button";
import { TextField } from "@/components/form/text-field";
import { openSession } from "../open-session";

export function SignInForm({ next }: { next: string }) {
  async function enter(_state: null, input: FormData | Record<string, unknown>) {
    const form = input instanceof FormData ? input : new FormData();
    const opened = await openSession(String(form.get("email")), String(form.get("password")));
    const second = !opened.ok && opened.error.code === "second_step";
    // A whole page load, so that nothing of whoever was here before is left in memory.
    if (second) window.location.assign(`/sign-in/second?next=${encodeURIComponent(next)}`);
    else if (opened.ok) window.location.assign(next);
    return second ? { ok: true as const, value: null } : opened;
  }
  return (
    <Form action={enter} result={() => <p role="status">One moment…</p>}>
      <TextField name="email" label="Email" type="email" autoComplete="username" required autoFocus maxLength={254} />
      <TextField name="password" label="Password" type="password" autoComplete="current-password" required maxLength={256} />
      <SubmitButton className="w-full">Sign in</SubmitButton>
    </Form>
  );
}
