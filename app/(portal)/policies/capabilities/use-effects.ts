"use client";
import { useEffect, useState } from "react";
import type { NamedLayer } from "@/lib/policies/layers";
import type { Draft } from "./draft";
import type { Effects } from "./effects";

type Judge = typeof import("./effects");

/** What has no effect beside the levels above; undefined while there is nothing above, or the comparison is being fetched. */
export function useEffects(draft: Draft, above: readonly NamedLayer[], currency: string): Effects | undefined {
  const [judge, setJudge] = useState<Judge | null>(null);
  const needed = above.length > 0;
  useEffect(() => {
    if (needed) void import("./effects").then((loaded) => setJudge(loaded));
  }, [needed]);
  return judge && needed ? judge.effectsOf(draft, above, currency) : undefined;
}
