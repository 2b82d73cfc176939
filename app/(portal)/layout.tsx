import type { ReactNode } from "react";
import { SessionWatch } from "@/components/live/session-watch";
import { AppShell } from "@/components/shell/app-shell";
import { may } from "@/lib/ability/authorize";
import { permissionTable, roles } from "@/lib/ability/permissions";
import { pendingForMe } from "@/lib/approvals/pending-for-me";
import { requireSession } from "@/lib/ctx/session";
import { unattendedCookie } from "@/lib/ctx/unattended";
import { unreadCount } from "@/lib/notices/unread-count";
import { loadOrganization } from "@/lib/organizations/load";
import { FactorCallout } from "./factor-callout";
import { furtherPlacesFor, navigationFor } from "./navigation";
import { ProofDialog } from "./proof-dialog";
import { leave } from "./sign-out";

export default async function PortalLayout({ children }: { children: ReactNode }) {
  const ctx = await requireSession();
  const [organization, unread, pending] = await Promise.all([
    loadOrganization(ctx),
    unreadCount(ctx),
    may(ctx, "approvals", "view") ? pendingForMe(ctx) : 0,
  ]);
  const { name, email } = ctx.actor;
  const held = roles.filter((role) => ctx.actor.roles.some((grant) => grant.role === role));
  const role = held.map((each) => permissionTable[each].label).join(", ");
  return (
    <ProofDialog>
      <AppShell
        organization={organization}
        person={{ name, email, role }}
        nav={navigationFor(ctx, { "/approvals": pending })}
        further={furtherPlacesFor(ctx)}
        notices={{ href: "/notices", count: unread }}
        accountHref="/account"
        signOut={leave}
        banner={<FactorCallout ctx={ctx} />}
      >
        {children}
        <SessionWatch unattendedCookie={unattendedCookie} />
      </AppShell>
    </ProofDialog>
  );
}
