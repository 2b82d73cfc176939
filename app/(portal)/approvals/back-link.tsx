"use client";
import Link from "next/link";
import { useSearchParams } from "next/navigation";
import { cn } from "@/components/ui/cn";
import { Icon } from "@/components/ui/icon";

interface BackLinkProps {
  /** Out of a list of look-alikes, not only out of one of them. */
  fromAlike?: boolean;
  className?: string;
}

/** Back to the list one came from, narrowed as it was. */
export function BackLink({ fromAlike, className }: BackLinkProps) {
  const query = new URLSearchParams(useSearchParams());
  if (fromAlike) for (const name of ["alike", "after", "before"]) query.delete(name);
  return (
    <Link href={query.size > 0 ? `/approvals?${query}` : "/approvals"} className={cn("inline-flex min-h-11 items-center gap-1 text-muted hover:text-ink", className)}>
      <Icon name="arrow-left" /> {query.has("alike") ? "Look-alikes" : "All requests"}
    </Link>
  );
}
