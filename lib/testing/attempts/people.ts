import { changePassword } from "@/lib/people/change-password";
import { requireCurrentPassword } from "@/lib/people/current-password";
import { changeRole } from "@/lib/people/change-role";
import { grantRole } from "@/lib/people/grant-role";
import { invitePerson } from "@/lib/people/invite";
import { listGrantable } from "@/lib/people/grantable";
import { listPeople } from "@/lib/people/list";
import { loadPerson } from "@/lib/people/load";
import { reactivatePerson } from "@/lib/people/reactivate";
import { readmitPerson } from "@/lib/people/readmit";
import { requestEmail } from "@/lib/people/request-email";
import { loadOwnEmail } from "@/lib/people/own-email";
import { removePerson } from "@/lib/people/remove";
import { resendInvitation } from "@/lib/people/resend-invitation";
import { revokeRole } from "@/lib/people/revoke-role";
import { suspendPerson } from "@/lib/people/suspend";
import { signOut } from "@/lib/auth/sign-out";
import { newId } from "@/lib/id";
import { sessionState } from "@/lib/live/session-state";
import { listMail } from "@/lib/mail/list";
import { sendMail } from "@/lib/mail/send";
import { listNotices } from "@/lib/notices/list";
import { markRead } from "@/lib/notices/mark-read";
import { unreadCount } from "@/lib/notices/unread-count";
import { loadOrganization } from "@/lib/organizations/load";
import { listSessions } from "@/lib/sessions/list";
import { revokeOtherSessions } from "@/lib/sessions/revoke-others";
import { revokeSession } from "@/lib/sessions/revoke";
import type { Place } from "../world";
import { type Attempt, lists, names, plain } from "./attempt";

const person = { caller: "person" } as const;
const role = (p: Place, name: "viewer" | "user_manager") => ({ role: name, workspaceId: p.workspaceId, firstDay: null, lastDay: null });

/** People, their roles, sessions, mail and notices. */
export const people: Record<string, Attempt> = {
  changePassword: plain(changePassword, "own", () => ({ current: "not the one", password: "violet harbor pencil engine" }), person),
  changeRole: names(changeRole, ["users.update_role"], (p) => ({ grantId: p.grantId, ...role(p, "user_manager") }), person),
  grantRole: names(grantRole, ["users.update_role"], (p) => ({ personId: p.member.actor.id, ...role(p, "user_manager") }), person),
  invitePerson: names(invitePerson, ["users.invite"], (p) => ({ email: `${newId()}@example.test`, name: "New", ...role(p, "viewer") }), person),
  listGrantable: lists(listGrantable, ["users.invite"], () => "invite", person),
  listPeople: lists(listPeople, ["users.view"]),
  loadOwnEmail: plain(loadOwnEmail, "own", undefined, person),
  loadPerson: names(loadPerson, ["users.view"], (p) => ({ id: p.member.actor.id }), person),
  reactivatePerson: names(reactivatePerson, ["users.remove"], (p) => ({ id: p.suspendedId }), person),
  readmitPerson: names(readmitPerson, ["users.invite"], (p) => ({ id: p.leftId, ...role(p, "viewer") }), { ...person, toAsk: "users.view" }),
  removePerson: names(removePerson, ["users.remove"], (p) => ({ id: p.member.actor.id }), person),
  requestEmail: plain(requestEmail, "own", () => ({ email: `${newId()}@example.test`, current: "not the one" }), person),
  requireCurrentPassword: plain(requireCurrentPassword, "own", () => "not the one", { ...person, rest: () => ["to try it"] }),
  resendInvitation: names(resendInvitation, ["users.invite"], (p) => ({ id: p.invitedId }), person),
  suspendPerson: names(suspendPerson, ["users.remove"], (p) => ({ id: p.member.actor.id }), person),
  revokeRole: names(revokeRole, ["users.update_role"], (p) => ({ grantId: p.grantId }), person),

  listSessions: names(listSessions, ["sessions.view"], (p) => ({ personId: p.member.actor.id }), person),
  revokeOtherSessions: plain(revokeOtherSessions, "own", undefined, person),
  revokeSession: names(revokeSession, ["sessions.revoke"], (p) => ({ id: p.member.actor.sessionId }), { ...person, on: "organization" }),
  sessionState: plain(sessionState, "own", undefined, person),
  signOut: plain(signOut, "own", undefined, person),

  listMail: lists(listMail, ["platform.view"], undefined, { on: "organization" }),
  sendMail: plain(sendMail, "portal", () => ({ mailId: newId() })),
  listNotices: plain(listNotices, "own", () => ({ unread: false }), person),
  markRead: names(markRead, "own", (p) => ({ id: p.noticeId }), person),
  unreadCount: plain(unreadCount, "own", undefined, person),
  loadOrganization: plain(loadOrganization, "own", undefined, person),
};
