"use client";
import { useRouter } from "next/navigation";
import { useEffect, useEffectEvent, useRef, useState, useTransition } from "react";
import type { LiveState } from "@/components/live/source";
import { byItself } from "@/components/live/unattended";
import { useLive } from "@/components/live/use-live";
import { appendBytes, emptyText, type StreamText } from "./output-text";
import type { PlainOutput } from "./plain-pieces";

export type RunText = Record<"stdout" | "stderr", StreamText>;

function add(text: RunText, answer: PlainOutput): RunText {
  const next = { ...text };
  for (const piece of answer.pieces) next[piece.stream] = appendBytes(text[piece.stream], piece, answer.over);
  return next;
}

/** The run's output so far, growing while it runs; the rest of the page is read again when the run's state changes. */
export function useRunOutput(id: string, initial: PlainOutput): { text: RunText; live: LiveState } {
  const router = useRouter();
  const [, start] = useTransition();
  const [text, setText] = useState<RunText>(() => add({ stdout: emptyText, stderr: emptyText }, initial));
  const held = useRef(text);
  const revision = useRef(initial.revision);
  const busy = useRef(false);
  const again = useRef(false);

  async function readOn() {
    again.current = true;
    if (busy.current) return;
    busy.current = true;
    while (again.current) {
      again.current = false;
      const { stdout, stderr } = held.current;
      const response = await byItself(() => fetch(`/runs/${id}/output?stdout=${stdout.next}&stderr=${stderr.next}`, { cache: "no-store" })).catch(() => null);
      if (!response?.ok) break;
      const answer = (await response.json()) as PlainOutput;
      const grown = add(held.current, answer);
      const more = answer.pieces.some((piece) => piece.next > held.current[piece.stream].next);
      held.current = grown;
      setText(grown);
      if (answer.revision !== revision.current) {
        revision.current = answer.revision;
        byItself(() => start(() => router.refresh()));
      }
      if (more) again.current = true;
    }
    busy.current = false;
  }

  const live = useLive(`run:${id}`, () => void readOn());
  const readFirst = useEffectEvent(() => void readOn());
  useEffect(() => readFirst(), []);
  return { text, live };
}
