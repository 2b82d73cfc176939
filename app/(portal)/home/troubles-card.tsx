import Link from "next/link";
import { Card } from "@/components/ui/card";
import { Icon } from "@/components/ui/icon";
import type { PersonCtx } from "@/lib/ctx/ctx";
import { recentTroubles } from "@/lib/home/troubles";
import { troubled } from "@/lib/runs/list";

type Line = { label: string; count: number; href: string };

/** What went wrong in the last 24 hours, each count leading to what it counts. */
export async function TroublesCard({ ctx }: { ctx: PersonCtx }) {
  const { since, deniedActions, failedRuns, refusals } = await recentTroubles(ctx);
  const from = since.toISOString().slice(0, 10);
  const audit = (action: string) => `/audit?action=${action}&from=${from}`;
  const lines: Line[] = [
    ...(failedRuns === null ? [] : [{ label: "Runs that failed", count: failedRuns, href: `/runs?status=${troubled.join(",")}&from=${from}` }]),
    ...(deniedActions === null ? [] : [{ label: "Actions denied to agents", count: deniedActions, href: refusals ? `/audit?action=actions.decided&outcome=blocked&from=${from}` : "/agents" }]),
    ...(refusals === null
      ? []
      : [
          { label: "Sign-ins refused", count: refusals["sessions.sign_in_refused"], href: audit("sessions.sign_in_refused") },
          { label: "Permissions that people lacked", count: refusals["access.denied"], href: audit("access.denied") },
          { label: "API keys refused", count: refusals["keys.refused"], href: audit("keys.refused") },
          { label: "Callbacks of a runner refused", count: refusals["runner.callback_refused"], href: audit("runner.callback_refused") },
        ]),
  ];
  return (
    <Card title="What went wrong" description="In the last 24 hours" flush>
      <ul className="divide-y divide-line">
        {lines.map((line) => (
          <li key={line.label} className="relative flex min-h-10 items-center gap-3 px-4 transition-colors hover:bg-hover">
            <Icon name={line.count > 0 ? "warning" : "check"} label={line.count > 0 ? "Look at it" : "Nothing"} className={line.count > 0 ? "text-warn" : "text-ok"} />
            <Link href={line.href} className="flex-1 after:absolute after:inset-0 focus-visible:outline-none focus-visible:after:outline-2 focus-visible:after:-outline-offset-2 focus-visible:after:outline-accent">
              {line.label}
            </Link>
            <span className={line.count > 0 ? "font-semibold" : "text-muted"}>{line.count.toLocaleString("en-US")}</span>
          </li>
        ))}
      </ul>
    </Card>
  );
}
