"use client";
import { useRouter, useSearchParams } from "next/navigation";
import { type ReactNode, useEffect, useEffectEvent, useRef, useState, useTransition } from "react";
import type { Facet } from "@/components/data-table/columns";
import { useShortcuts } from "@/components/shell/shortcuts";
import { cn } from "@/components/ui/cn";
import { EmptyState } from "@/components/ui/empty-state";
import { countText } from "@/lib/approvals/counted-to";
import type { QueuedApproval } from "@/lib/approvals/queue";
import { QueueList } from "./queue-list";
import { WorkbenchContext } from "./workbench-context";

interface WorkbenchProps {
  rows: QueuedApproval[];
  page: { next: string | null; previous: string | null };
  facets: Facet[];
  openId: string | null;
  me: string;
  /** How many wait for this person. */
  mine: number;
  currency: string;
  children?: ReactNode;
}

/** List on the left, request on the right, and the keys that move between them. */
export function Workbench({ rows, page, facets, openId, me, mine, currency, children }: WorkbenchProps) {
  const router = useRouter();
  const search = useSearchParams();
  const [going, start] = useTransition();
  const [target, setTarget] = useState(openId);
  const list = useRef<HTMLUListElement>(null);
  const panel = useRef<HTMLElement>(null);
  const [place, setPlace] = useState(0);

  const at = rows.findIndex((row) => row.id === (going ? target : openId));
  if (at >= 0 && at !== place) setPlace(at);
  const moving = going && target !== openId;

  function hrefOf({ id, alike }: Pick<QueuedApproval, "id" | "alike">) {
    const query = new URLSearchParams(search);
    // Look-alikes open as a list of their own.
    if (alike > 1) query.set("alike", id);
    const path = alike > 1 ? "/approvals" : `/approvals/${id}`;
    return query.size > 0 ? `${path}?${query}` : path;
  }

  function go(row: QueuedApproval | undefined) {
    if (!row) return;
    setTarget(row.id);
    start(() => router.replace(hrefOf(row), { scroll: false }));
    list.current?.querySelector<HTMLElement>(`[data-id="${row.id}"]`)?.focus();
  }

  // A request that was decided has left the list, and the next one has taken its place.
  const nextRow = at >= 0 ? rows[at + 1] : (rows[place] ?? rows.at(-1));
  useShortcuts(
    [
      { keys: "j", label: "Next request", run: () => go(nextRow) },
      { keys: "k", label: "Previous request", run: () => go(at > 0 ? rows[at - 1] : at < 0 ? rows[place - 1] : undefined) },
      { keys: "o", label: "Read the request", run: () => (openId ? panel.current?.focus() : go(rows[place])) },
    ],
    "Approvals",
  );

  const openFirst = useEffectEvent(() => {
    const first = rows.find(({ alike }) => alike === 1);
    // A phone shows the list alone; elsewhere the most urgent one stands open, under an address of its own that stays.
    if (!openId && first && window.matchMedia("(min-width: 64rem)").matches) start(() => router.replace(hrefOf(first), { scroll: false }));
  });
  const none = rows.length === 0;
  useEffect(() => openFirst(), [none]);

  const next = nextRow && nextRow.id !== openId ? () => go(nextRow) : null;
  return (
    <WorkbenchContext value={{ isQueue: true, moving, next, panel }}>
      <p role="status" className="sr-only">
        {mine === 1 ? "One request waits for your decision." : `${countText(mine)} requests wait for your decision.`}
      </p>
      <div className="grid items-start gap-4 lg:grid-cols-[21rem_minmax(0,1fr)] xl:grid-cols-[24rem_minmax(0,1fr)]">
        <div className={cn("min-w-0 lg:sticky lg:top-16", openId && "max-lg:hidden")}>
          <QueueList ref={list} rows={rows} page={page} facets={facets} currentId={going ? target : openId} me={me} currency={currency} hrefOf={hrefOf} />
        </div>
        <section ref={panel} tabIndex={-1} aria-label="Opened request" aria-busy={moving} className={cn("min-w-0 outline-none", moving && "opacity-60", !openId && "max-lg:hidden")}>
          {children ?? (
            <div className="rounded-lg border border-line bg-surface">
              <EmptyState icon="approvals" title={none ? "Nothing is open" : "Opening the most urgent request"}>
                {none ? "A request that waits opens here, with everything that you need to decide." : "One moment."}
              </EmptyState>
            </div>
          )}
        </section>
      </div>
    </WorkbenchContext>
  );
}
