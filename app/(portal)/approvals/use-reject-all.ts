"use client";
import { unstable_rethrow, useRouter } from "next/navigation";
import { useState } from "react";
import { toast } from "@/components/ui/toast";
import { rejectMore } from "./actions";

export type Refused = { message: string }[];

/** Rejects in steps, until none that came before it began is left. */
export function useRejectAll(input: { id: string; reason: string; upTo: string }, tell: (refused: Refused) => void) {
  const router = useRouter();
  const [state, setState] = useState({ running: false, done: 0 });

  async function start() {
    setState({ running: true, done: 0 });
    let done = 0;
    const refused: Refused = [];
    try {
      for (let left = true; left; ) {
        const answer = await rejectMore(null, input);
        if (!answer.ok) toast.error(answer.error.message, { description: answer.error.hint });
        left = answer.ok && answer.value.left;
        if (!answer.ok) continue;
        done += answer.value.decided.length;
        refused.push(...answer.value.refused);
        setState({ running: left, done });
      }
    } catch (error) {
      unstable_rethrow(error);
      toast.error("The portal did not answer, so some may be left.", { description: "Look at what still waits, then try again." });
    }
    setState({ running: false, done });
    tell(refused);
    if (done > 0) toast.success(`${done.toLocaleString("en-US")} rejected.`);
    router.refresh();
  }

  return { ...state, start };
}
