"use client";
import type { ProofAsked } from "@/components/form/proof-context";
import { type Proof, ProofForm } from "@/components/form/proof-form";
import { Dialog } from "@/components/ui/dialog";
import { freshProofVerbs } from "@/lib/ability/fresh-proof";
import { offerPasskeyAction, proveAction, sendCodeAction } from "./account/actions";

/** The dialog that asks for a fresh proof, for as long as one is asked for. */
export default function AskedProof({ asked, close }: { asked: ProofAsked; close: (proved: boolean) => void }) {
  async function send(proof: Proof) {
    const outcome = await proveAction(null, { verb: asked.verb, object: asked.object, proof });
    if (outcome.ok) close(true);
    return outcome;
  }
  return (
    <Dialog title="Confirm that it is you" description={`To ${wordsOf(asked.verb)}. It holds for this alone.`} size="sm" open onOpenChange={() => close(false)}>
      <ProofForm ways={asked.ways} offer={() => offerPasskeyAction(null, { verb: asked.verb, object: asked.object })} sendCode={(input) => sendCodeAction(null, input)} send={send} submit="Confirm" />
    </Dialog>
  );
}

function wordsOf(verb: string): string {
  return Object.entries(freshProofVerbs).find(([name]) => name === verb)?.[1].words ?? "go on";
}
