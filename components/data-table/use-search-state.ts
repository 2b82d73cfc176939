"use client";
import { useRouter, useSearchParams } from "next/navigation";
import { useEffect, useOptimistic, useTransition } from "react";

/** What was asked for last and is still on its way: two changes in a row must not undo each other. */
let asked: string | null = null;

interface SearchState {
  /** The query as it will be once the page has come; controls show it at once. */
  search: URLSearchParams;
  pending: boolean;
  /** Changes parts of the query (null takes one out) and has the server answer for it. */
  change: (parts: Record<string, string | null>, options?: { push?: boolean }) => void;
}

/** State that lives in the address's query, so that it can be shared, kept and gone back to. */
export function useSearchState(): SearchState {
  const router = useRouter();
  const current = useSearchParams().toString();
  const [pending, startTransition] = useTransition();
  const [shown, show] = useOptimistic(current);
  useEffect(() => {
    if (!pending) asked = null;
  }, [pending]);

  function change(parts: Record<string, string | null>, { push = false } = {}) {
    const next = new URLSearchParams(asked ?? current);
    for (const [name, value] of Object.entries(parts)) {
      if (value === null || value === "") next.delete(name);
      else next.set(name, value);
    }
    const query = next.toString();
    asked = query;
    startTransition(() => {
      show(query);
      router[push ? "push" : "replace"](query ? `?${query}` : window.location.pathname, { scroll: false });
    });
  }

  return { search: new URLSearchParams(shown), pending, change };
}
