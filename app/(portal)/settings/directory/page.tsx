import type { Metadata } from "next";
import Link from "next/link";
import { notFound } from "next/navigation";
import { Badge } from "@/components/ui/badge";
import { ButtonLink } from "@/components/ui/button-link";
import { Card } from "@/components/ui/card";
import { EmptyState } from "@/components/ui/empty-state";
import { PageHeader } from "@/components/ui/page-header";
import { may } from "@/lib/ability/authorize";
import { requireSession } from "@/lib/ctx/session";
import { scimAddress } from "@/lib/directory/address";
import { listDirectories } from "@/lib/directory/list";
import { ConnectDialog } from "./connect-dialog";
import { SyncState } from "./sync-state";
import { kindNames, stateOf } from "./words";

export const metadata: Metadata = { title: "Directory" };

export default async function DirectoryPage() {
  const ctx = await requireSession();
  if (!may(ctx, "settings", "read", { workspaceId: null })) notFound();
  const directories = await listDirectories(ctx);
  const mayChange = may(ctx, "settings", "update", { workspaceId: null });
  return (
    <>
      <PageHeader
        title="Directory"
        description="Your company's directory says who works here: whoever it adds comes in, whoever it takes away is out."
        actions={
          mayChange ? (
            <>
              <ButtonLink href="/settings/directory/ldap" icon="plus">
                Connect LDAP
              </ButtonLink>
              <ButtonLink href="/settings/directory/google" icon="plus">
                Connect Google
              </ButtonLink>
              <ConnectDialog baseUrl={scimAddress()} />
            </>
          ) : null
        }
      />
      {directories.length === 0 ? (
        <EmptyState icon="network" title="No directory is connected">
          With Okta, Microsoft Entra ID or any other that speaks SCIM 2.0, people and groups come by themselves; Active Directory, LDAP servers and Google Workspace are asked every hour. Roles that you gave by hand are never touched.
        </EmptyState>
      ) : (
        <div className="grid gap-4">
          {directories.map((each) => (
            <Card
              key={each.id}
              title={
                <Link href={`/settings/directory/${each.id}`} className="hover:underline">
                  {each.name}
                </Link>
              }
              description={kindNames[each.kind]}
              actions={<Badge tone={stateOf(each).tone}>{stateOf(each).label}</Badge>}
            >
              <SyncState directory={each} />
            </Card>
          ))}
        </div>
      )}
    </>
  );
}
