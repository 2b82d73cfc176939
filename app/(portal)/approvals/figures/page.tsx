import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { Badge } from "@/components/ui/badge";
import { Card } from "@/components/ui/card";
import { PageHeader } from "@/components/ui/page-header";
import { may } from "@/lib/ability/authorize";
import { type DecisionFigures, decisionFigures } from "@/lib/approvals/figures";
import { pendingForMe } from "@/lib/approvals/pending-for-me";
import { fewestDecisions, mostApprovedPercent, shortestSeconds } from "@/lib/approvals/rubber-stamp";
import { requireSession } from "@/lib/ctx/session";
import { decides } from "../filters";
import { QueueTabs } from "../queue-tabs";

export const metadata: Metadata = { title: "Approvals, figures" };

export default async function FiguresPage() {
  const ctx = await requireSession();
  if (!may(ctx, "approvals", "view")) notFound();
  const [{ people, teams }, waiting] = await Promise.all([decisionFigures(ctx), pendingForMe(ctx)]);
  return (
    <>
      <PageHeader title="Approvals" description="How people decided within the last 30 days: how fast, and how often they said yes." />
      <QueueTabs waiting={decides(ctx) ? waiting : null} />
      <div className="grid gap-4">
        <Figures title="By person" rows={people} />
        <Figures title="By workspace" rows={teams} />
        <p className="max-w-prose text-sm text-muted">
          Opened: how many of the requests were opened one by one before the decision; those of a batch are not. Seconds: from the first opening to the decision, in the middle one of these. “May not have read” is said from {fewestDecisions}{" "}
          decisions on, of which at least {mostApprovedPercent} % were yes, when the middle one took less than {shortestSeconds} seconds or none was opened.
        </p>
      </div>
    </>
  );
}

function Figures({ title, rows }: { title: string; rows: DecisionFigures[] }) {
  return (
    <Card title={title} flush>
      {rows.length === 0 ? (
        <p className="p-4 text-muted">Nobody decided anything within 30 days.</p>
      ) : (
        <div className="overflow-x-auto" tabIndex={0} role="region" aria-label={title}>
          <table className="w-full text-left">
            <thead className="bg-sunken text-sm text-muted">
              <tr>
                {["Name", "Decided", "Yes", "Opened", "Seconds"].map((head, at) => (
                  <th key={head} scope="col" className={at === 0 ? "py-2 pr-2 pl-4 font-medium" : "px-2 py-2 text-right font-medium sm:px-4"}>
                    {head}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody className="divide-y divide-line">
              {rows.map((row) => (
                <tr key={row.id}>
                  <th scope="row" className="py-2 pr-2 pl-4 font-normal">
                    {row.name} {row.isRubberStamp ? <Badge tone="warn" icon="warning">May not have read</Badge> : null}
                  </th>
                  <td className="px-2 py-2 text-right sm:px-4">{row.decisions}</td>
                  <td className="px-2 py-2 text-right sm:px-4">{row.decisions === 0 ? "–" : `${Math.floor((100 * row.approved) / row.decisions)} %`}</td>
                  <td className="px-2 py-2 text-right sm:px-4">{row.opened}</td>
                  <td className="px-2 py-2 text-right sm:px-4">{row.medianSeconds === null ? "–" : row.medianSeconds.toFixed(1)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </Card>
  );
}
