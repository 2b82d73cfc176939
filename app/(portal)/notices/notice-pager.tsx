"use client";
import { Pager } from "@/components/data-table/pager";
import { useTableUrl } from "@/components/data-table/use-table-url";

/** Turns the pages of the inbox, in the address. */
export function NoticePager({ shown, next, previous }: { shown: number; next: string | null; previous: string | null }) {
  const url = useTableUrl([], undefined);
  return <Pager shown={shown} page={{ next, previous }} size={url.size} onTurn={url.turn} onSize={url.setSize} />;
}
