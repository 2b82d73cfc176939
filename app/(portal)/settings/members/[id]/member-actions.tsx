import { ActionButton } from "@/components/form/action-button";
import type { PersonCtx } from "@/lib/ctx/ctx";
import { loadOrganization } from "@/lib/organizations/load";
import { todayIn } from "@/lib/organizations/today";
import { listGrantable } from "@/lib/people/grantable";
import type { PersonView } from "@/lib/people/load";
import { mayLockAnything } from "@/lib/locks/authorize-lock";
import { LockButton } from "../../locks/lock-button";
import { reactivatePersonAction, resendInvitationAction, suspendPersonAction } from "../actions";
import { LeaveDialog } from "./leave-dialog";
import { ReadmitDialog } from "./readmit-dialog";

/** What the caller may do about this person. */
export async function MemberActions({ ctx, member }: { ctx: PersonCtx; member: PersonView }) {
  const { id, name, can } = member;
  return (
    <>
      {can.resend ? (
        <ActionButton action={resendInvitationAction} input={{ id }} success="A fresh link is on its way; the earlier one no longer works." icon="send">
          Send again
        </ActionButton>
      ) : null}
      {can.suspend ? (
        <ActionButton
          action={suspendPersonAction}
          input={{ id }}
          success={`${name} is suspended.`}
          icon="pause"
          confirm={{
            title: `Suspend ${name}?`,
            consequence: "Their sessions end at once and signing in is refused until you let them in again. Roles, agents and keys stay as they are.",
            confirmLabel: "Suspend",
          }}
        >
          Suspend
        </ActionButton>
      ) : null}
      {!member.isSelf && member.status !== "left" && mayLockAnything(ctx) ? <LockButton kind="person" target={id} /> : null}
      {can.reactivate ? (
        <ActionButton action={reactivatePersonAction} input={{ id }} success={`${name} may sign in again.`} icon="play">
          Let in again
        </ActionButton>
      ) : null}
      <LeaveDialog id={id} name={name} mayRemove={can.remove} invited={member.status === "invited"} owned={member.owned} />
      {can.readmit ? <Readmit ctx={ctx} id={id} name={name} /> : null}
    </>
  );
}

async function Readmit({ ctx, id, name }: { ctx: PersonCtx; id: string; name: string }) {
  const [roles, { timeZone }] = await Promise.all([listGrantable(ctx, "invite"), loadOrganization(ctx)]);
  if (roles.length === 0) return null;
  return <ReadmitDialog id={id} name={name} roles={roles} today={todayIn(timeZone)} threeWeeks={todayIn(timeZone, 21)} />;
}
