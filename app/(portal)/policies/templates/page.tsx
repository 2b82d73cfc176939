import type { Metadata } from "next";
import Link from "next/link";
import { notFound } from "next/navigation";
import { may } from "@/lib/ability/authorize";
import { requireSession } from "@/lib/ctx/session";
import { listScopes } from "@/lib/governance/list-scopes";
import { listTemplates } from "@/lib/templates/list";
import { NewTemplate } from "./new-template";
import { TemplatesTable } from "./templates-table";

export const metadata: Metadata = { title: "Templates of agents" };

export default async function TemplatesPage({ searchParams }: { searchParams: Promise<{ archived?: string | string[] }> }) {
  const ctx = await requireSession();
  if (!may(ctx, "policies", "view")) notFound();
  const archived = (await searchParams).archived === "yes";
  const [rows, scopes] = [await listTemplates(ctx, { archived }), await listScopes(ctx)];
  const workspaces = scopes.filter(({ scopeType, scopeId }) => scopeType === "workspace" && may(ctx, "policies", "update", { workspaceId: scopeId }));
  return (
    <div className="grid min-w-0 gap-4">
      {workspaces.length > 0 ? (
        <div className="flex justify-end">
          <NewTemplate workspaces={workspaces.map(({ scopeId, name }) => ({ id: scopeId, name }))} forAll={may(ctx, "policies", "update", { workspaceId: null })} />
        </div>
      ) : null}
      <TemplatesTable rows={rows} />
      <p>
        <Link href={archived ? "/policies/templates" : "/policies/templates?archived=yes"} className="inline-flex min-h-6 items-center text-sm text-accent hover:underline">
          {archived ? "Hide what is archived" : "Show what is archived too"}
        </Link>
      </p>
    </div>
  );
}
