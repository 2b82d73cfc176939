import type { Metadata } from "next";
import Link from "next/link";
import { notFound } from "next/navigation";
import { Badge } from "@/components/ui/badge";
import { Card } from "@/components/ui/card";
import { EmptyState } from "@/components/ui/empty-state";
import { PageHeader } from "@/components/ui/page-header";
import { may } from "@/lib/ability/authorize";
import { requireSession } from "@/lib/ctx/session";
import { listNetworkRules, type RuleRow } from "@/lib/network/list";
import { readNetwork } from "@/lib/network/read";
import { ruleWords } from "@/lib/network/words";
import { RuleCard } from "./rule-card";
import { YourAddress } from "./your-address";

export const metadata: Metadata = { title: "Network" };

export default async function NetworkPage() {
  const ctx = await requireSession();
  if (!may(ctx, "settings", "read")) notFound();
  const [view, rows] = await Promise.all([readNetwork(ctx, {}), listNetworkRules(ctx)]);
  return (
    <>
      <PageHeader title="Network" description="From where people and API keys may come in." />
      <div className="grid gap-4">
        <YourAddress ip={ctx.ip} />
        <RuleCard
          view={view}
          ip={ctx.ip}
          title="The organization"
          description="Checked at every sign-in and with every request. Sessions that are open elsewhere are refused from the next request on; they go on once they come from an allowed address."
        />
        <Card title="Workspaces and API keys" description="Their own rules narrow the organization's further: who calls must be within all of them." flush>
          {rows.length === 0 ? (
            <EmptyState icon="network" title="None has a rule of its own">
              A workspace&apos;s is set under Workspaces, a key&apos;s under API keys.
            </EmptyState>
          ) : (
            <ul className="divide-y divide-line">
              {rows.map((row) => (
                <Row key={row.scopeId} row={row} />
              ))}
            </ul>
          )}
        </Card>
      </div>
    </>
  );
}

function Row({ row: { scope, scopeId, name, rule } }: { row: RuleRow }) {
  return (
    <li className="flex min-h-10 flex-wrap items-center justify-between gap-x-4 gap-y-1 px-4 py-1.5">
      <Link href={`/settings/network/${scopeId}`} className="inline-flex min-h-6 items-center gap-2 wrap-anywhere hover:underline">
        <Badge>{scope === "key" ? "API key" : "Workspace"}</Badge>
        {name}
      </Link>
      <span className="text-muted">{ruleWords(rule)}</span>
    </li>
  );
}
