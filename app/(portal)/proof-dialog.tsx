"use client";
import { type ReactNode, useCallback, useRef, useState } from "react";
import { type ProofAsked, ProofContext } from "@/components/form/proof-context";
import { type Proof, ProofForm } from "@/components/form/proof-form";
import { Dialog } from "@/components/ui/dialog";
import { freshProofVerbs } from "@/lib/ability/fresh-proof";
import { offerPasskeyAction, proveAction } from "./account/actions";

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

  async function send(proof: Proof) {
    const { verb, object } = asked ?? {};
    const outcome = await proveAction(null, { verb, object, proof });
    if (outcome.ok) close(true);
    return outcome;
  }

  return (
    <ProofContext value={ask}>
      {children}
      {asked ? (
        <Dialog title="Confirm that it is you" description={`To ${wordsOf(asked.verb)}. It holds for this alone.`} size="sm" open onOpenChange={() => close(false)}>
          <ProofForm ways={asked.ways} offer={() => offerPasskeyAction(null, {})} send={send} submit="Confirm" />
        </Dialog>
      ) : null}
    </ProofContext>
  );
}

function wordsOf(verb: string): string {
  return Object.entries(freshProofVerbs).find(([name]) => name === verb)?.[1].words ?? "go on";
}
