"use client";
import Link from "next/link";
import { cn } from "@/components/ui/cn";
import { HostileText } from "@/components/ui/hostile-text";
import { RelativeTime } from "@/components/ui/relative-time";
import type { ListedNotice } from "@/lib/notices/list";
import { read } from "./actions";

/** One notice; opening it is reading it. */
export function NoticeItem({ notice }: { notice: ListedNotice }) {
  const unread = notice.readAt === null;
  return (
    <Link
      href={notice.href}
      onClick={() => {
        // The page that opens does not wait for the mark.
        if (unread) void read(null, { id: notice.id });
      }}
      className="flex gap-3 px-4 py-3 transition-colors hover:bg-hover focus-visible:-outline-offset-2"
    >
      <span aria-hidden="true" className={cn("mt-1.5 size-2 shrink-0 rounded-full", unread ? "bg-accent" : "bg-transparent")} />
      <span className="min-w-0 flex-1">
        <span className={cn("block wrap-anywhere", unread && "font-semibold")}>
          {unread ? <span className="sr-only">Unread: </span> : null}
          <HostileText inline text={notice.title} />
        </span>
        <span className="block max-w-prose text-muted wrap-anywhere">
          <HostileText inline text={notice.body} />
        </span>
      </span>
      <span className="shrink-0 text-sm text-muted">
        <RelativeTime at={notice.createdAt} />
      </span>
    </Link>
  );
}
