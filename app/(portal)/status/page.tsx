import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { Callout } from "@/components/ui/callout";
import { PageHeader } from "@/components/ui/page-header";
import { may } from "@/lib/ability/authorize";
import { requireSession } from "@/lib/ctx/session";
import type { Part } from "@/lib/health/parts/part";
import { systemStatus } from "@/lib/health/status";
import { PartCard } from "./part-card";
import { StatusWatch } from "./status-watch";

export const metadata: Metadata = { title: "Status" };

export default async function StatusPage() {
  const ctx = await requireSession();
  if (!may(ctx, "platform", "view")) notFound();
  const { at, parts } = await systemStatus(ctx);
  return (
    <>
      <PageHeader title="Status" description="How every part of this installation stands. Only super admins see it." />
      <StatusWatch at={at.toISOString().slice(11, 19)} overall={<Overall parts={parts.filter(({ state }) => state === "down" || state === "attention")} />}>
        <div className="grid items-start gap-4 lg:grid-cols-2">
          {parts.map((part) => (
            <PartCard key={part.id} part={part} />
          ))}
        </div>
      </StatusWatch>
    </>
  );
}

/** The worst first, each leading to its card. */
function Overall({ parts }: { parts: Part[] }) {
  if (parts.length === 0) return <Callout tone="ok" title="Everything works" className="mb-4" />;
  const down = parts.some(({ state }) => state === "down");
  return (
    <Callout tone={down ? "danger" : "warn"} title={down ? "Something does not work" : "Something wants a look"} className="mb-4">
      <ul>
        {parts.toSorted((a, b) => Number(b.state === "down") - Number(a.state === "down")).map(({ id, name, says }) => (
          <li key={id}>
            <a href={`#${id}`} className="font-semibold underline">
              {name}
            </a>
            : {says}
          </li>
        ))}
      </ul>
    </Callout>
  );
}
