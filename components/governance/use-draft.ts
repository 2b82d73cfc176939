"use client";
import { useEffect, useState } from "react";

export interface Version<C> {
  version: number;
  content: C;
}

export interface Draft<C> {
  content: C;
  setContent: (content: C) => void;
  /** What was edited. */
  base: Version<C>;
  /** What is in force, as far as this page knows. */
  current: Version<C>;
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

/** A document while it is edited. What is published elsewhere never takes away what was typed here. */
export function useDraft<C>(current: Version<C>): Draft<C> {
  const [base, setBase] = useState(current);
  const [content, setContent] = useState(current.content);
  const changed = !same(content, base.content);
  const take = () => {
    setBase(current);
    setContent(current.content);
  };
  if (current.version !== base.version && !changed) take();

  useEffect(() => {
    if (!changed) return undefined;
    const warn = (event: BeforeUnloadEvent) => event.preventDefault();
    addEventListener("beforeunload", warn);
    return () => removeEventListener("beforeunload", warn);
  }, [changed]);

  return {
    content,
    setContent,
    base,
    current,
    changed,
    outdated: changed && current.version !== base.version,
    rebase: () => setBase(current),
    discard: take,
    settle: () => setBase({ version: base.version, content }),
  };
}

function same(one: unknown, other: unknown): boolean {
  return one === other || JSON.stringify(one) === JSON.stringify(other);
}
