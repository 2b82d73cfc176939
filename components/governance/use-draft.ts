"use client";
import { useEffect, useState } from "react";
import { type DraftState, draftOf, draftStep, isChanged, isOutdated, type Version } from "./draft-state";

export type { Version };

export interface Draft<C> extends DraftState<C> {
  setContent: (content: C) => void;
  changed: boolean;
  /** Somebody published another version while this one was edited. */
  outdated: boolean;
  /** Edits on from what is in force; what was typed stays. */
  rebase: () => void;
  /** Back to what is in force. */
  discard: () => void;
  /** What was typed is in force now: the next version that the page reads takes its place. */
  settle: () => void;
}

/** A document while it is edited; `current` is what the page read last. Leaving the page asks where something was typed. */
export function useDraft<C>(current: Version<C>): Draft<C> {
  const [state, setState] = useState(() => draftOf(current));
  if (current.version !== state.current.version) setState(draftStep(state, { type: "read", current }));
  const changed = isChanged(state);

  useEffect(() => {
    if (!changed) return undefined;
    const warn = (event: BeforeUnloadEvent) => event.preventDefault();
    addEventListener("beforeunload", warn);
    return () => removeEventListener("beforeunload", warn);
  }, [changed]);

  const step = (type: "rebase" | "discard" | "settle") => () => setState((now) => draftStep(now, { type }));
  return {
    ...state,
    setContent: (content) => setState((now) => draftStep(now, { type: "type", content })),
    changed,
    outdated: isOutdated(state),
    rebase: step("rebase"),
    discard: step("discard"),
    settle: step("settle"),
  };
}
