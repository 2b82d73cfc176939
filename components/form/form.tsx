"use client";
import { type FormEvent, type ReactNode, useEffect, useRef, useState } from "react";
import { ButtonLink } from "../ui/button-link";
import { Callout } from "../ui/callout";
import { cn } from "../ui/cn";
import { FormContext } from "./form-context";
import { type ActionFailure, bareName, fieldError, type FormAction } from "./result";
import { useAction } from "./use-action";

interface FormProps<T> {
  action: FormAction<T>;
  /** A toast that says what took effect. */
  success?: string;
  /** Where to go then; ":id" is filled from the result. */
  redirectTo?: string;
  hidden?: Record<string, string>;
  /** Empty the form once it took effect: for adding one after another. */
  reset?: boolean;
  /** Shown in place of the form once it took effect (client files only). */
  result?: (value: T) => ReactNode;
  className?: string;
  children: ReactNode;
}

/**
 * A form around a server action. What was typed stays until it took effect; what is wrong is
 * said next to the field, which gets the focus, and everything else above the form.
 */
export function Form<T>({ action, success, redirectTo, hidden = {}, reset, result, className, children }: FormProps<T>) {
  const form = useRef<HTMLFormElement>(null);
  const alert = useRef<HTMLDivElement>(null);
  const [wrong, setWrong] = useState<Record<string, string>>({});
  const [unplaced, setUnplaced] = useState<string[]>([]);
  const [done, setDone] = useState<{ value: T } | null>(null);
  const { run, pending, failure } = useAction(action, {
    success,
    redirectTo,
    stay: result !== undefined,
    onSuccess: (value) => {
      if (reset) form.current?.reset();
      if (result) setDone({ value });
    },
  });

  useEffect(() => {
    // A refusal that names no field stands above the form, which may be out of sight.
    if (failure && !failure.fields) alert.current?.scrollIntoView({ block: "nearest" });
  }, [failure]);

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const target = event.currentTarget;
    if (pending) return;
    const native = nativeErrors(target);
    if (Object.keys(native).length === 0) {
      const data = new FormData(target);
      setWrong({});
      const refusal = await run(data);
      if (refusal) show(target, refusal);
      return;
    }
    setUnplaced([]);
    setWrong(native);
    focusFirst(target, native);
  }

  function show(target: HTMLFormElement, refusal: ActionFailure) {
    const fields = refusal.fields ?? {};
    const names = controls(target).map(fieldName);
    setUnplaced(Object.entries(fields).flatMap(([path, text]) => (names.some((name) => owns(name, path)) ? [] : [`${path} ${text}`])));
    setWrong(fields);
    focusFirst(target, fields);
  }

  if (done && result) return result(done.value);
  const placed = failure?.fields !== undefined && Object.keys(failure.fields).length > unplaced.length;
  return (
    // `method` matters only before the page is interactive: what is typed must never reach the address bar.
    <form
      ref={form}
      method="post"
      noValidate
      aria-busy={pending}
      className={cn("grid gap-4", className)}
      onSubmit={submit}
      onChange={(event) => {
        const name = event.target instanceof Element ? fieldName(event.target) : "";
        setWrong((before) => Object.fromEntries(Object.entries(before).filter(([path]) => !owns(name, path))));
      }}
    >
      {Object.entries(hidden).map(([name, value]) => (
        <input key={name} type="hidden" name={name} value={value} />
      ))}
      <div ref={alert} role="alert" className="scroll-mt-20 empty:hidden">
        {failure && (!placed || unplaced.length > 0) ? (
          <Callout tone="danger" title={failure.message} action={failure.code === "unauthenticated" ? <SignInAgain /> : undefined}>
            {unplaced.length > 0 ? unplaced.map((line) => <p key={line}>{line}</p>) : null}
            {failure.hint}
          </Callout>
        ) : null}
      </div>
      <FormContext.Provider value={{ pending, fields: wrong }}>{children}</FormContext.Provider>
    </form>
  );
}

/** In another tab: what was typed stays in this one. */
function SignInAgain() {
  return (
    <ButtonLink href="/sign-in" target="_blank" prefetch={false} size="sm" icon="external">
      Sign in
    </ButtonLink>
  );
}

function owns(name: string, path: string): boolean {
  return name !== "" && fieldError({ [path]: "" }, name) !== undefined;
}

/** A control that shows one thing and sends another (money) says in `data-field` which field it belongs to. */
function fieldName(control: Element): string {
  return bareName(control.getAttribute("data-field") ?? control.getAttribute("name") ?? "");
}

function controls(form: HTMLFormElement): Element[] {
  return [...form.elements].filter((control) => control.getAttribute("type") !== "hidden");
}

function nativeErrors(form: HTMLFormElement): Record<string, string> {
  const errors: Record<string, string> = {};
  for (const control of controls(form)) {
    if (!("validity" in control) || !("validationMessage" in control)) continue;
    const message = String(control.validationMessage);
    if (message) errors[fieldName(control)] ??= message;
  }
  return errors;
}

function focusFirst(form: HTMLFormElement, fields: Record<string, string>) {
  const first = controls(form).find((control) => {
    const name = fieldName(control);
    return name !== "" && fieldError(fields, name) !== undefined;
  });
  if (first instanceof HTMLElement) first.focus();
}
