import { and, eq, isNull, ne, sql } from "drizzle-orm";
import { chatIdentity } from "@/db/schema/chat";
import { directory } from "@/db/schema/directory";
import { person } from "@/db/schema/people";
import { ssoConnection } from "@/db/schema/sso";
import { inTenant, type Tx } from "@/db/tenant";
import { abilityOfPerson } from "@/lib/ability/define";
import { database } from "@/lib/database";
import { lockOnSignIn } from "@/lib/locks/of-person";
import { lockMessage } from "@/lib/locks/standing";
import { selectMissingFactorDue } from "@/lib/mfa/due";
import { selectMarks, stampOf } from "@/lib/network/known-rules";
import type { ChatOrigin } from "./chat-origin";
import type { PersonCtx } from "./ctx";
import { knownRoles, lockOfRoles, selectHeldRoles } from "./held-roles";
import type { RequestInfo } from "./person";

/** For so long a sign-in bears out who somebody is in a chat: as long as the longest session that an organization may allow. */
export const vouchedDays = 7;

type Place = Omit<ChatOrigin, "vouched"> & { organizationId: string };

/** Who pressed, or why it is nobody who may decide; `why` is for them to read. */
export type ChatCaller = { ctx: PersonCtx; why: null } | { ctx: null; why: string };

/**
 * The person whom a chat names, where the organization's identity provider or directory says that its id there is theirs, and
 * nobody else's. What a session would be asked for holds here too, or nobody is let in: a lock, a second factor that is due, and
 * rules on from where people come, since no chat says where somebody sits.
 */
export async function loadChatCaller(info: RequestInfo, { organizationId, ...place }: Place): Promise<ChatCaller> {
  return inTenant(database(), organizationId, async (tx) => {
    const known = await selectIdentities(tx, place);
    const people = new Set(known.map(({ personId }) => personId));
    const [vouched] = known.filter(({ isInForce }) => isInForce);
    if (people.size === 0) return nobody("Your identity provider does not say who you are in this chat, so nobody can be sure that it is you.");
    if (people.size > 1) return nobody("Your identity provider says of two people that this chat account is theirs, so it is nobody's.");
    if (!vouched) return nobody(`You have not signed in by your identity provider in the last ${vouchedDays} days, so it does not bear out any more that it is you.`);
    const { personId, status, name, email, accessVersion } = vouched;
    const lock = await lockOnSignIn(tx, personId, null);
    if (lock) return nobody(lockMessage(lock));
    const grants = await selectHeldRoles(tx, personId, sql`now()`);
    const roles = knownRoles(grants);
    const locked = roles.length === 0 ? lockOfRoles(grants) : null;
    if (locked) return nobody(lockMessage(locked));
    if (status !== "active" || roles.length === 0) return nobody("Your account in Countersign is not active, or has no role.");
    const [due] = vouched.hadFactor ? [] : await selectMissingFactorDue(tx, sql`${personId}::uuid`);
    if (due?.at && due.at <= vouched.now) return nobody("Your role must have a second factor, and you have none yet.");
    const marks = await selectMarks(tx);
    if (marks.some(({ scope }) => scope === "organization")) return nobody("Your organization lets people in from certain networks only, and a chat does not say where you are.");
    const { source, sourceId, claim, vouchedAt: at } = vouched;
    const ctx: PersonCtx = {
      organizationId,
      actor: { kind: "person", id: personId, name, email, roles, sessionId: "", accessVersion },
      ability: abilityOfPerson(roles, marks.filter(({ scope }) => scope === "workspace").map(({ scopeId }) => scopeId)),
      ...info,
      network: stampOf(marks),
      chat: { ...place, vouched: { source, sourceId, claim, at } },
    };
    return { ctx, why: null };
  });
}

const nobody = (why: string) => ({ ctx: null, why });

/** Whoever is said to have this id there, but for who has left. */
function selectIdentities(tx: Tx, { kind, userId }: Pick<Place, "kind" | "userId">) {
  const { personId, source, sourceId, claim, hadFactor, vouchedAt } = chatIdentity;
  const bySignIn = sql`${source} = 'sso' and ${ssoConnection.id} is not null and ${vouchedAt} > now() - make_interval(days => ${vouchedDays})`;
  const byDirectory = sql`${source} = 'directory' and ${directory.id} is not null`;
  return tx
    .select({
      personId, source, sourceId, claim, hadFactor, vouchedAt, status: person.status, name: person.name, email: person.email, accessVersion: person.accessVersion,
      isInForce: sql<boolean>`((${bySignIn}) or (${byDirectory}))`, now: sql`now()`.mapWith(vouchedAt),
    })
    .from(chatIdentity)
    .innerJoin(person, and(eq(person.id, personId), ne(person.status, "left")))
    .leftJoin(ssoConnection, and(eq(ssoConnection.id, sourceId), isNull(ssoConnection.removedAt)))
    .leftJoin(directory, and(eq(directory.id, sourceId), isNull(directory.disconnectedAt)))
    .where(and(eq(chatIdentity.kind, kind), eq(chatIdentity.chatId, userId)))
    .orderBy(sql`${vouchedAt} desc`)
    .limit(20);
}
