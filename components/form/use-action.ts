"use client";
import { unstable_rethrow, useRouter } from "next/navigation";
import { useContext, useState, useTransition } from "react";
import { useCloseDialog } from "../ui/modal";
import { toast } from "../ui/toast";
import { ProofContext } from "./proof-context";
import { type ActionFailure, type ActionResult, fillAddress, type FormAction } from "./result";

interface ActionUse<T> {
  /** A toast that says what took effect. */
  success?: string;
  /** Where to go then; ":id" is filled from the result. Without it the page reads its data again. */
  redirectTo?: string;
  /** Keep the dialog around it open, since the result is shown in it. */
  stay?: boolean;
  /** It changes nothing, so that the page need not read its data again. */
  looksOnly?: boolean;
  onSuccess?: (value: T) => void;
}

interface RunningAction {
  run: (input: FormData | Record<string, unknown>) => Promise<ActionFailure | null>;
  pending: boolean;
  failure: ActionFailure | null;
}

/** Runs a server action and does what follows it: toast, close, go on or refresh. `run` answers with the refusal, if any. */
export function useAction<T>(action: FormAction<T>, { success, redirectTo, stay, looksOnly, onSuccess }: ActionUse<T> = {}): RunningAction {
  const router = useRouter();
  const closeDialog = useCloseDialog();
  const askProof = useContext(ProofContext);
  const [pending, startTransition] = useTransition();
  const [failure, setFailure] = useState<ActionFailure | null>(null);

  function run(input: FormData | Record<string, unknown>) {
    return new Promise<ActionFailure | null>((resolve) => {
      startTransition(async () => {
        let outcome = await call(action, input);
        const asked = outcome.ok ? undefined : outcome.error.freshProof;
        // Once it is proved who is here, what was asked for goes on by itself.
        if (asked && asked.ways.length > 0 && askProof && (await askProof(asked))) outcome = await call(action, input);
        setFailure(outcome.ok ? null : outcome.error);
        if (outcome.ok) {
          if (success) toast.success(success);
          onSuccess?.(outcome.value);
          if (!stay && !looksOnly) closeDialog?.();
          if (redirectTo) router.push(fillAddress(redirectTo, outcome.value));
          else if (!looksOnly) router.refresh();
        }
        resolve(outcome.ok ? null : outcome.error);
      });
    });
  }

  return { run, pending, failure };
}

async function call<T>(action: FormAction<T>, input: FormData | Record<string, unknown>): Promise<ActionResult<T>> {
  try {
    return await action(null, input);
  } catch (error) {
    unstable_rethrow(error);
    // The request itself failed: whether it arrived is unknown, so say so instead of losing what was typed.
    return {
      ok: false,
      error: {
        code: "unreachable",
        message: "The portal did not answer, so it is not known whether this took effect.",
        hint: "Check your connection, reload the page to see the current state, then try again.",
      },
    };
  }
}
