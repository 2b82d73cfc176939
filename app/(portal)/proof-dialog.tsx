"use client";
import { lazy, type ReactNode, Suspense, useCallback, useRef, useState } from "react";
import { type ProofAsked, ProofContext } from "@/components/form/proof-context";

// It is seldom asked for, and no page should wait for it.
const AskedProof = lazy(() => import("./asked-proof"));

/** Asks for a fresh proof wherever an action needs one; what was asked for then goes on by itself. */
export function ProofDialog({ children }: { children: ReactNode }) {
  const [asked, setAsked] = useState<ProofAsked | null>(null);
  const answer = useRef<(proved: boolean) => void>(() => undefined);

  const ask = useCallback((next: ProofAsked) => {
    answer.current(false);
    setAsked(next);
    return new Promise<boolean>((resolve) => {
      answer.current = resolve;
    });
  }, []);

  function close(proved: boolean) {
    setAsked(null);
    answer.current(proved);
  }

  return (
    <ProofContext value={ask}>
      {children}
      {asked ? (
        <Suspense>
          <AskedProof asked={asked} close={close} />
        </Suspense>
      ) : null}
    </ProofContext>
  );
}
