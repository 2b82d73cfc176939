"use client";
import { useState } from "react";
import { type Proof, ProofForm } from "@/components/form/proof-form";
import { Checkbox } from "@/components/ui/checkbox";
import { completeSecondStep } from "../../open-session";
import { offerSecondStepAction, sendSecondStepAction } from "./actions";

export function SecondStepForm({ ways, rememberDays, next, again }: { ways: readonly string[]; rememberDays: number; next: string; again: string }) {
  const [remember, setRemember] = useState(false);
  async function send(proof: Proof) {
    const opened = await completeSecondStep(remember ? { ...proof, remember: "true" } : proof);
    // A whole page load, so that nothing of whoever was here before is left in memory.
    if (opened.ok) window.location.assign(next);
    else if (opened.error.code === "gone") window.location.assign(again);
    return opened;
  }
  return (
    <ProofForm ways={ways} offer={() => offerSecondStepAction(null, {})} sendCode={(input) => sendSecondStepAction(null, input)} send={send} submit="Sign in">
      {rememberDays > 0 ? (
        <Checkbox
          checked={remember}
          onChange={(event) => setRemember(event.target.checked)}
          label={`Do not ask again in this browser for ${rememberDays === 1 ? "a day" : `${rememberDays} days`}`}
          hint="Only if nobody else uses it. Critical changes ask all the same."
        />
      ) : null}
    </ProofForm>
  );
}
