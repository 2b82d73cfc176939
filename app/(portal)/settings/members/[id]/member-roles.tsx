import { ActionButton } from "@/components/form/action-button";
import { Card } from "@/components/ui/card";
import { permissionTable } from "@/lib/ability/permissions";
import type { PersonCtx } from "@/lib/ctx/ctx";
import { loadOrganization } from "@/lib/organizations/load";
import { todayIn } from "@/lib/organizations/today";
import { listGrantable } from "@/lib/people/grantable";
import type { PersonView } from "@/lib/people/load";
import { revokeRoleAction } from "../actions";
import { RoleDialog } from "./role-dialog";

export async function MemberRoles({ ctx, member }: { ctx: PersonCtx; member: PersonView }) {
  const [grantable, { timeZone }] = await Promise.all([listGrantable(ctx, "update_role"), loadOrganization(ctx)]);
  const days = { today: todayIn(timeZone), threeWeeks: todayIn(timeZone, 21) };
  const mayGive = grantable.length > 0 && member.status !== "left";
  return (
    <Card
      title="Roles"
      description={`What ${member.isSelf ? "you" : "they"} may do is the sum of them. Days are in ${timeZone}.`}
      flush
      actions={mayGive ? <RoleDialog personId={member.id} roles={grantable} {...days} /> : null}
    >
      {member.roles.length === 0 ? <p className="p-4 text-muted">No role: nothing may be done, and signing in is refused.</p> : null}
      <ul className="divide-y divide-line">
        {member.roles.map((held) => (
          <li key={held.grantId} className="flex flex-wrap items-center justify-between gap-x-6 gap-y-2 px-4 py-3">
            <div className="min-w-0 flex-1 basis-64">
              <p className="font-medium">
                {held.label} <span className="font-normal text-muted">on {held.workspace?.name ?? "the whole organization"}</span>
              </p>
              <p className="text-sm text-muted">{permissionTable[held.role].summary}</p>
              <p className="text-sm text-muted">
                {held.firstDay ? `From ${held.firstDay}. ` : ""}
                {held.byHand ? (held.lastDay ? `Last day ${held.lastDay}.` : "Until it is taken away.") : "From a group of the directory, for as long as they are in it."}
              </p>
            </div>
            {held.canChange ? (
              <div className="flex gap-2">
                <RoleDialog
                  personId={member.id}
                  grantId={held.grantId}
                  roles={grantable}
                  chosen={{ role: held.role, workspaceId: held.workspace?.id ?? null, lastDay: held.lastDay }}
                  {...days}
                />
                <ActionButton
                  action={revokeRoleAction}
                  input={{ grantId: held.grantId }}
                  success="Role taken away."
                  size="sm"
                  confirm={{
                    title: `Take away ${held.label}?`,
                    consequence: `From the next click on, ${member.name} may no longer do what only this role allows.`,
                    confirmLabel: "Take away",
                  }}
                >
                  Take away
                </ActionButton>
              </div>
            ) : null}
          </li>
        ))}
      </ul>
    </Card>
  );
}
