"use client";
import { type Proof, ProofForm } from "@/components/form/proof-form";
import { completeSecondStep } from "../../open-session";
import { offerSecondStepAction, sendSecondStepAction } from "./actions";

export function SecondStepForm({ ways, next, again }: { ways: readonly string[]; next: string; again: string }) {
  async function send(proof: Proof) {
    const opened = await completeSecondStep(proof);
    // A whole page load, so that nothing of whoever was here before is left in memory.
    if (opened.ok) window.location.assign(next);
    else if (opened.error.code === "gone") window.location.assign(again);
    return opened;
  }
  return <ProofForm ways={ways} offer={() => offerSecondStepAction(null, {})} sendCode={(input) => sendSecondStepAction(null, input)} send={send} submit="Sign in" />;
}
